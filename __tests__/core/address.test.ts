import { hubspotV3, sign, square, verifySync } from 'hooklatch';
import { listAddresses, writeAddress, resolveAddress } from '../../src/core/address';

const NOW = 1_767_225_600_000;
const SECRET = 'a secret for tests, long enough';
const ORIGIN = 'https://example.org';

describe('writeAddress()', () => {
  it.each([
    ['%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B', ":/?@!$'()*,;"],
    ['%3a%2f', ':/'],
    ['a=1%26b%3D2%23%20%2B%25', 'a=1%26b%3D2%23%20%2B%25'],
    ['%C3%A9', '%C3%A9'],
    ['%253A', '%253A'],
    ['%', '%'],
    ['%3', '%3'],
    ['%3A%', ':%'],
    ['none', 'none'],
  ])('decodes what HubSpot decodes, and nothing else: %s', (query, written) => {
    expect(writeAddress(hubspotV3, `${ORIGIN}/hook?${query}`)).toBe(`${ORIGIN}/hook?${written}`);
  });

  it('leaves an address as it is where the sender does', () => {
    expect(writeAddress(square, `${ORIGIN}/%3A`)).toBe(`${ORIGIN}/%3A`);
  });
});

describe('listAddresses()', () => {
  it.each([
    [`${ORIGIN}/`, [`${ORIGIN}/`, ORIGIN]],
    [`${ORIGIN}/?a=1`, [`${ORIGIN}/?a=1`, `${ORIGIN}?a=1`]],
    [ORIGIN, [ORIGIN]],
    [`${ORIGIN}/hook`, [`${ORIGIN}/hook`]],
    [`${ORIGIN}/hook/`, [`${ORIGIN}/hook/`]],
    [`${ORIGIN}//`, [`${ORIGIN}//`]],
    [`${ORIGIN}?u=https://other.org/`, [`${ORIGIN}?u=https://other.org/`]],
  ])('has the address without its slash where there is no path: %s', (url, all) => {
    expect(listAddresses(square, url)).toEqual(all);
  });

  it('has both where the libraries of a sender and its documentation write it otherwise', () => {
    expect(listAddresses(hubspotV3, `${ORIGIN}/?q=%3A`)).toEqual([`${ORIGIN}/?q=%3A`, `${ORIGIN}/?q=:`]);
  });

  it('has the address alone where the sender writes every slash', () => {
    expect(listAddresses(hubspotV3, `${ORIGIN}/`)).toEqual([`${ORIGIN}/`]);
  });
});

describe('a signed address', () => {
  const body = Buffer.from('{"event_id":"1","type":"payment.created"}');

  /** Signed as the sender has it, received as the request has it. */
  const event = (provider: typeof square, configured: string, received: string): string | undefined => {
    const headers = sign(provider, { secret: SECRET, now: NOW, publicUrl: configured }, { body });
    const delivery = { method: 'POST', url: '/', headers, body };
    return verifySync(delivery, { provider, secret: SECRET, now: NOW, publicUrl: received }).event;
  };

  it('is taken as Square has it, without a path too', () => {
    expect(event(square, ORIGIN, `${ORIGIN}/`)).toBe('payment.created');
    expect(event(square, `${ORIGIN}/`, `${ORIGIN}/`)).toBe('payment.created');
    expect(event(square, `${ORIGIN}/hook/`, `${ORIGIN}/hook/`)).toBe('payment.created');
  });

  it.each([
    [`${ORIGIN}/hook`, `${ORIGIN}/hook/`],
    [ORIGIN, `${ORIGIN}/hook`],
    [ORIGIN, 'https://other.example.org/'],
  ])('is refused where it is another one: signed %s, received %s', (configured, received) => {
    expect(() => event(square, configured, received)).toThrow('signature');
  });

  it('is taken by HubSpot with the twelve encodings, and refused with any other that was changed', () => {
    expect(event(hubspotV3, `${ORIGIN}/?q=%3A%2F`, `${ORIGIN}/?q=:/`)).toBeUndefined();
    expect(() => event(hubspotV3, `${ORIGIN}/?q=1%26b=2`, `${ORIGIN}/?q=1&b=2`)).toThrow('signature');
    expect(() => event(hubspotV3, `${ORIGIN}/?q=%20`, `${ORIGIN}/?q=+`)).toThrow('signature');
  });
});

describe('resolveAddress()', () => {
  it.each([
    // The option, the address of the request, and the address that the sender knows.
    [undefined, '/hook?a=1', '/hook?a=1'],
    ['https://example.org', '/hook?a=1', 'https://example.org/hook?a=1'],
    ['https://example.org/', '/hook', 'https://example.org/hook'],
    ['https://example.org:8443', '/hook', 'https://example.org:8443/hook'],
    ['https://example.org', 'http://inner:3000/hook?a', 'https://example.org/hook?a'],
    [
      'https://example.org',
      '/to?u=https://other.example/',
      'https://example.org/to?u=https://other.example/',
    ],
    ['https://example.org', '//other.example/hook', 'https://example.org//other.example/hook'],
    // A path of the option wins, so that an address is never doubled.
    ['https://example.org/hook', '/hook', 'https://example.org/hook'],
    ['https://example.org/api/hook', '/hook?a=1', 'https://example.org/api/hook?a=1'],
    ['https://example.org/hook/', '/hook', 'https://example.org/hook/'],
    ['https://example.org/hook?key=1', '/hook?key=1', 'https://example.org/hook?key=1'],
    ['https://example.org/?key=1', '/?key=1', 'https://example.org/?key=1'],
    // Letter for letter where nothing is to be added: some senders sign an address without a path.
    ['https://example.org', '', 'https://example.org'],
    ['https://example.org/', '', 'https://example.org/'],
    ['https://example.org', '/', 'https://example.org/'],
  ])('makes of %p and the request %p %p', (publicUrl, url, expected) => {
    expect(resolveAddress(publicUrl, url)).toBe(expected);
  });
});
