import { defineProvider, github, sign, signBody, verifySync } from 'hooklatch';
import { NOW, SECRET } from '../helpers/http';

const BODY = Buffer.from('{"a":1}');

describe('signBody()', () => {
  it('gives back the body where the sender signs in a header', () => {
    expect(signBody(github, { secret: SECRET }, { body: BODY })).toBe(BODY);
  });

  it('checks its settings as sign() does', () => {
    expect(() => signBody(github, { secret: SECRET, url: 'x' } as never, { body: BODY })).toThrow(
      'signBody(): unknown option "url"',
    );
    expect(() => signBody(github, { secret: SECRET }, {} as never)).toThrow(
      'signBody() delivery: option "body"',
    );
  });
});

describe('the functions of a provider', () => {
  const seen: unknown[] = [];
  const provider = defineProvider<string, { readonly private: string }>({
    name: 'own',
    headers: ['X-Signature'],
    event: { header: 'X-Event' },
    readSecret: (text) => `public ${text}`,
    readSigningSecret: (text) => ({ private: text }),
    verify(_delivery, { key, secretId, secretIds }) {
      seen.push([key, secretId, secretIds]);
      return secretId === 'two' ? { coversEvent: true } : undefined;
    },
    sign: ({ headers }, { key, secretId }) => ({
      'X-Signature': [key.private, secretId, headers['x-event'], headers['x-other']].join(' '),
    }),
    signBody: ({ body }, { key }) => Buffer.from(`${body.toString()}${key.private}`),
  });

  it('know the id of the secret, and those of all that are valid', () => {
    seen.length = 0;
    const secret = [
      { id: 'one', value: 'a' },
      { id: 'old', value: 'b', notAfter: new Date(NOW - 1) },
      { id: 'two', value: 'c' },
    ];
    const headers = { 'x-signature': 's', 'x-event': 'paid' };
    const webhook = verifySync(
      { method: 'POST', url: '/', headers, body: BODY },
      { provider, secret, now: NOW },
    );
    expect(seen).toEqual([
      ['public a', 'one', ['one', 'two']],
      ['public c', 'two', ['one', 'two']],
    ]);
    expect(webhook).toMatchObject({ event: 'paid', secretId: 'two', trusted: { event: true, id: false } });
  });

  it('sign with a key of their own, and see the headers that are sent', () => {
    const headers = { 'X-Other': 'other' };
    const settings = { secret: { id: 'k1', value: 'a' }, event: 'paid' };
    expect(sign(provider, settings, { body: BODY, headers })).toEqual({
      'X-Event': 'paid',
      'X-Signature': 'a k1 paid other',
    });
    expect(sign(provider, { secret: 'a' }, { body: BODY })).toEqual({ 'X-Signature': 'a default  ' });
    expect(signBody(provider, settings, { body: BODY }).toString()).toBe('{"a":1}a');
  });
});
