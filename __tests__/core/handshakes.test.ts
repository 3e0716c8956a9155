import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import {
  defineProvider,
  verifySync,
  webhookRouter,
  type HandshakeDefinition,
  type Provider,
  type ProviderDefinition,
} from 'hooklatch';
import { challengePatterns, handshakePayload, makeAnswer, unsignedFields } from '../../src/core/handshakes';
import { NOW, SECRET, send, start } from '../helpers/http';

const BASE: ProviderDefinition = {
  name: 'p',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
};
const TIMED = { timestamp: { header: 'X-Time', unit: 'milliseconds', toleranceSeconds: 300 } } as const;
const source = { headers: {} };

/** A challenge by GET that is answered with its HMAC. */
const keyed = (
  alphabet: 'token' | 'uuid' | 'digits' | 'hex',
  length: number | readonly [number, number],
  of = ['{c}'],
): HandshakeDefinition => ({
  when: { method: 'GET' },
  fields: { c: { alphabet, length } },
  answer: { json: { mac: { digest: 'hmac', of, encoding: 'hex' } } },
});

describe('the answer to a stranger', () => {
  const X = defineProvider({ ...BASE, name: 'x', handshakes: [keyed('token', [1, 200])] });
  const LINKEDIN = defineProvider({
    ...BASE,
    name: 'l',
    signed: ['hmacsha256=', '{body}'],
    handshakes: [keyed('uuid', 36)],
  });
  const DOTTED = defineProvider({
    ...BASE,
    ...TIMED,
    name: 'd',
    signed: ['{timestamp}', '.', '{body}'],
    handshakes: [keyed('token', [1, 200])],
  });
  const TEXT = defineProvider({ ...BASE, name: 't', content: 'text', handshakes: [keyed('hex', [1, 64])] });
  const BEHIND = defineProvider({
    ...BASE,
    name: 'b',
    handshakes: [keyed('digits', [1, 9], ['7', '{c}', '.5'])],
  });

  const ask = (provider: Provider, challenge: string): string | undefined => {
    const [handshake] = provider.handshakes!;
    const read = unsignedFields(handshake!, source, new URLSearchParams({ c: challenge }), undefined);
    const hmac = (text: string): Buffer => createHmac('sha256', SECRET).update(text).digest();
    const text = makeAnswer(handshake!.answer, read, { hmac, verifyToken: undefined, url: '' });
    return text === undefined ? undefined : (JSON.parse(text) as { mac: string }).mac;
  };
  const isVerified = (provider: Provider, mac: string, time: string, body: string): boolean => {
    try {
      const headers = { 'x-signature': mac, 'x-time': time };
      verifySync(
        { method: 'POST', url: '/', headers, body: Buffer.from(body) },
        { provider, secret: SECRET, now: NOW },
      );
      return true;
    } catch {
      return false;
    }
  };

  // What a forger would like signed: numbers are JSON too.
  const wanted = fc.oneof(
    fc.json(),
    fc.object().map((value) => JSON.stringify(value)),
    fc.integer().map(String),
    fc.double().map(String),
    fc.uuid(),
    fc.constantFrom('true', 'null', '""', '[]', '{}', '0', '1e5', '75', '71.5'),
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789abcdef-_=+/.eE')), maxLength: 40 }),
    fc.string({ unit: 'binary' }),
  );

  it.each([
    ['x', X],
    ['linkedin', LINKEDIN],
    ['a scheme with a time', DOTTED],
    ['a scheme of text', TEXT],
    ['an answer with literals', BEHIND],
  ])('never is the signature of a delivery (%s)', (_name, provider) => {
    let answered = 0;
    fc.assert(
      fc.property(wanted, (body) => {
        for (const challenge of [body, `hmacsha256=${body}`, `${NOW}.${body}`]) {
          const mac = ask(provider, challenge);
          if (mac === undefined) continue;
          answered += 1;
          for (const forged of [challenge, body, `7${challenge}.5`]) {
            expect([forged, isVerified(provider, mac, String(NOW), forged)]).toEqual([forged, false]);
          }
        }
      }),
      { numRuns: 400 },
    );
    expect(answered).toBeGreaterThan(0);
  });

  it('would be one, were its text taken for a delivery', () => {
    const plain = defineProvider({ ...BASE, name: 'plain' });
    const mac = ask(X, '12345')!;
    expect(isVerified(plain, mac, '', '12345')).toBe(true);
    expect(isVerified(X, mac, '', '12345')).toBe(false);
  });

  it('takes no genuine delivery of JSON from the sender', () => {
    fc.assert(
      fc.property(fc.oneof(fc.object(), fc.array(fc.jsonValue())), (value) => {
        const body = JSON.stringify(value);
        const mac = createHmac('sha256', SECRET).update(body).digest('hex');
        expect(isVerified(X, mac, '', body)).toBe(true);
      }),
    );
  });

  it('is known by the letters and lengths of its fields, to the end', () => {
    const [pattern] = challengePatterns([keyed('hex', [2, 4], ['a.', '{c}', '(b'])]);
    const texts = ['a.12(b', 'a.1234(b', 'a.1(b', 'a.12345(b', 'ax12(b', 'a.1g(b', ' a.12(b', 'a.12(b\n'];
    expect(texts.map((text) => pattern!.test(text))).toEqual([true, true, ...Array<boolean>(6).fill(false)]);
    expect(challengePatterns(undefined)).toEqual([]);
  });
});

describe('handshakePayload()', () => {
  const form = { when: { method: 'POST', content: 'form', only: ['webhook_id'] }, answer: {} } as const;
  const json = { when: { method: 'POST', content: 'json', only: ['challenge'] }, answer: {} } as const;
  const read = (handshake: HandshakeDefinition, type: string | undefined, body: string): unknown =>
    handshakePayload(handshake, { headers: { 'content-type': type } }, Buffer.from(body));
  const FORM = 'application/x-www-form-urlencoded';

  it.each([
    [form, FORM, 'webhook_id=4200', { webhook_id: '4200' }],
    [form, `${FORM.toUpperCase()} ; charset=utf-8`, 'webhook_id=', { webhook_id: '' }],
    [json, 'application/json', '{"challenge":"a"}', { challenge: 'a' }],
    [json, 'application/json; charset=utf-8', ' {"challenge":7}', { challenge: 7 }],
  ] as const)('reads exactly what the sender sends (%#)', (handshake, type, body, payload) => {
    expect(read(handshake, type, body)).toEqual(payload);
  });

  it.each([
    ['one field more', form, FORM, 'webhook_id=5&x=1'],
    ['a field twice', form, FORM, 'webhook_id=5&webhook_id=6'],
    ['another field', form, FORM, 'id=5'],
    ['no field', form, FORM, ''],
    ['JSON for a form', form, 'application/json', '{"webhook_id":5}'],
    ['a form that calls itself JSON', json, 'application/json', 'challenge=a'],
    ['JSON that calls itself a form', form, FORM, '{"webhook_id":5}'],
    ['no type', form, undefined, 'webhook_id=5'],
    ['a list', json, 'application/json', '["challenge"]'],
    ['no JSON', json, 'application/json', '{"challenge"'],
    ['an inherited field', json, 'application/json', '{"__proto__":{"challenge":"a"}}'],
    ['a field more', json, 'application/json', '{"challenge":"a","event":{}}'],
    ['4 KB', json, 'application/json', JSON.stringify({ challenge: 'a'.repeat(4096) })],
  ] as const)('reads nothing of %s', (_what, handshake, type, body) => {
    expect(read(handshake, type, body)).toBeUndefined();
  });
});

describe('makeAnswer()', () => {
  const keys = { hmac: undefined, verifyToken: 'a token', url: 'https://example.org/hook' };
  const read = (name: string): string | undefined => (name === 'code' ? 'c0de' : undefined);

  it('computes a digest over code, token and address', () => {
    const json = {
      r: { digest: 'sha256', of: ['{code}', '{verifyToken}', '{url}'], encoding: 'hex' },
    } as const;
    const hash = createHash('sha256').update('c0dea tokenhttps://example.org/hook').digest('hex');
    expect(makeAnswer({ json }, read, keys)).toBe(JSON.stringify({ r: hash }));
  });

  it.each([
    ['a field', { r: '{other}' }],
    ['a field of what is computed', { r: { digest: 'sha256', of: ['{other}'], encoding: 'hex' } }],
    ['the secret', { r: { digest: 'hmac', of: ['{code}'], encoding: 'hex' } }],
  ] as const)('answers nothing where %s is missing', (_what, json) => {
    expect(makeAnswer({ json }, read, keys)).toBeUndefined();
  });

  it('answers nothing where the token is missing', () => {
    const json = { r: { digest: 'sha256', of: ['{code}', '{verifyToken}'], encoding: 'hex' } } as const;
    expect(makeAnswer({ json }, read, { ...keys, verifyToken: undefined })).toBeUndefined();
  });
});

describe('a forged delivery over HTTP', () => {
  it('is refused with the signature that the challenge has given away', async () => {
    const provider = defineProvider({ ...BASE, name: 'over-http', handshakes: [keyed('token', [1, 200])] });
    const calls: unknown[] = [];
    const events = { '*': (webhook: unknown): unknown => calls.push(webhook) };
    const { port } = await start((app) => app.use(webhookRouter({ provider, secret: SECRET, events })));
    const { text } = await send(port, { method: 'GET', path: '/?c=12345' });
    const { mac } = JSON.parse(text) as { mac: string };
    expect(mac).toBe(createHmac('sha256', SECRET).update('12345').digest('hex'));
    expect((await send(port, { headers: { 'X-Signature': mac }, body: '12345' })).status).toBe(401);
    const object = encodeURIComponent('{"type":"x"}');
    expect((await send(port, { method: 'GET', path: `/?c=${object}` })).status).toBe(403);
    expect(calls).toEqual([]);
  });
});
