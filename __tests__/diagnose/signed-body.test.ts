import { fastcomments, github, sign } from 'hooklatch';
import { findSignedBody } from '../../src/diagnose/signed-body';
import { NOW, SECRET } from '../helpers/http';

const BODY = '{"a":1,"b":[1,2]}';

/** The signed body that is found where one was signed and another one arrived. */
function find(signed: string, received: string, secret = SECRET): string | undefined {
  const headers = sign(github, { secret: SECRET }, { body: Buffer.from(signed) });
  const delivery = { method: 'POST', url: '/', headers: lower(headers), body: Buffer.from(received) };
  return findSignedBody(delivery, { provider: github, secret, now: NOW })?.toString();
}

function lower(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

describe('findSignedBody()', () => {
  it.each([
    [BODY, JSON.stringify(JSON.parse(BODY), null, 2)],
    [`${BODY}\n`, BODY],
    [`${BODY}\n`, JSON.stringify(JSON.parse(BODY), null, 2)],
  ])('finds %j where %j arrived', (signed, received) => {
    expect(find(signed, received)).toBe(signed);
  });

  it('finds nothing where another secret signed, or the values were changed', () => {
    expect(find(BODY, JSON.stringify(JSON.parse(BODY), null, 2), `${SECRET}!`)).toBeUndefined();
    expect(find(BODY, BODY.replace('1', '3'))).toBeUndefined();
  });

  it('finds it however old the delivery is: time is another finding', () => {
    const signed = sign(fastcomments, { secret: SECRET, now: NOW - 1e9 }, { body: Buffer.from(BODY) });
    const delivery = { method: 'PUT', url: '/', headers: lower(signed), body: Buffer.from(`${BODY}\n`) };
    const settings = { provider: fastcomments, secret: SECRET, now: NOW };
    expect(findSignedBody(delivery, settings)?.toString()).toBe(BODY);
  });

  it('gives up on a body that is too long to try many of', () => {
    expect(find('x', '{"a":1} '.repeat(2_000_000))).toBeUndefined();
  });
});
