import { createHmac } from 'node:crypto';
import { defineProvider, type Delivery, type Provider } from 'hooklatch';
import { diagnosed, NOW, PAYLOAD, PRETTY, PUBLIC_URL } from '../helpers/deliveries';

describe('diagnose() of a provider that is code', () => {
  const calls: string[] = [];
  const custom = (verify?: (key: string) => unknown): Provider =>
    defineProvider({
      name: 'coded',
      headers: ['X-Coded'],
      signsUrl: true,
      readSecret: (text) => {
        if (text.includes('!')) throw new Error('no secret');
        return text;
      },
      verify: ({ url, headers, body }, { key }) => {
        calls.push(url);
        if (verify !== undefined) return verify(key) as undefined;
        const right = createHmac('sha256', key).update(url).update(body).digest('hex');
        return [headers['x-coded']].includes(right) ? { timestamp: NOW } : undefined;
      },
    });
  const secret = 'a secret for the coded one';
  const mac = createHmac('sha256', secret).update(PUBLIC_URL).update(PRETTY).digest('hex');
  const sent: Delivery = { method: 'POST', url: '/', headers: { 'x-coded': mac }, body: Buffer.from(PRETTY) };
  const first = (delivery: Partial<Delivery>, settings: object = {}, provider = custom()): string =>
    diagnosed(provider, { ...sent, ...delivery }, { secret, ...settings }).findings[0]!.code;

  it('asks its own function about changes of body, secret and address', () => {
    expect(first({})).toBe('verified');
    expect(first({ body: Buffer.from(JSON.stringify(PAYLOAD)) })).toBe('body-reserialised');
    expect(first({}, { secret: `${secret}\n` })).toBe('secret-white-space');
    expect(first({}, { publicUrl: PUBLIC_URL.replace('https', 'http') })).toBe('signed-url-scheme');
    expect(
      first(
        { headers: { ...sent.headers, host: 'example.org' }, url: '/hooks/in?tenant=7' },
        { publicUrl: undefined },
      ),
    ).toBe('public-url-missing');
    expect(first({ url: '/' }, { publicUrl: undefined })).toBe('public-url-missing');
    expect(first({}, { secret: 'another one' })).toBe('secret-unknown');
    expect(first({}, { secret: [{ id: 'bad', value: 'wrong!' }, secret] })).toBe('verified');
    expect(first({}, { secret: 'wrong!' })).toBe('secret-format');
    expect(first({}, { now: NOW + 301_000 })).toBe('timestamp-stale');
    expect(first({ headers: {} })).toBe('signature-missing');
    expect(first({ headers: { 'x-coded': ['a', 'b'] } })).toBe('header-repeated');
    expect(first({ body: Buffer.alloc(300 * 1024) })).toBe('secret-unknown');
    expect(first({ body: Buffer.alloc(20 * 1024) })).toBe('secret-unknown');
  });

  it('says that it cannot wait', () => {
    expect(
      first(
        {},
        {},
        custom(() => Promise.reject(new Error('later'))),
      ),
    ).toBe('not-judged');
    let slow = 0;
    const later = custom(() => (slow++ === 0 ? undefined : Promise.reject(new Error('later'))));
    expect(first({}, {}, later)).toBe('secret-unknown');
    const broken = custom(() => {
      throw new Error('broken');
    });
    expect(first({}, {}, broken)).toBe('secret-unknown');
    expect(calls.length).toBeGreaterThan(10);
  });

  const reading = (headers: string[], read: () => undefined): Provider =>
    defineProvider({ name: 'coded', headers, read, verify: () => undefined });

  it('says that there is nothing to verify where its own reader finds nothing', () => {
    expect(
      first(
        { headers: {} },
        {},
        reading([], () => undefined),
      ),
    ).toBe('signature-missing');
    expect(
      first(
        {},
        {},
        reading(['X-Coded'], () => undefined),
      ),
    ).toBe('signature-malformed');
    const fails = reading(['X-Coded'], () => {
      throw new Error('cannot read');
    });
    expect(first({}, {}, fails)).toBe('secret-unknown');
  });

  it('names the header that is missing by its role, and one of a similar name', () => {
    const several = defineProvider({
      name: 'coded',
      headers: ['X-Coded-Time', 'X-Coded-Message-Id', 'X-Coded-Signature'],
      verify: () => undefined,
    });
    const codes = (headers: Record<string, string>): string[] =>
      diagnosed(several, { ...sent, headers }, { secret }).findings.map(({ code }) => code);
    expect(codes({})).toEqual(['timestamp-missing', 'id-missing', 'signature-missing']);
    const given = { 'x-coded-time': '', 'x-coded-message-id': '1', 'x-amzn-remapped-x-coded-signature': 'a' };
    expect(codes(given)).toEqual(['timestamp-malformed', 'header-renamed']);
  });
});
