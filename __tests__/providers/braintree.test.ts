import { braintree, makeVerifier, sign, signBody, verifySync, WebhookError, type Webhook } from 'hooklatch';
import fc from 'fast-check';
import { runVectors, type Keys } from '../helpers/keyed-vectors';
import { send, startGuard } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const SECRET = 'integration_public_key:a-private-key-of-some-length';
const NOW = 1_795_320_000_000;

const deliver = (
  body: string,
  secret = SECRET,
): { method: string; url: string; headers: object; body: Buffer } => {
  const settings = { secret, now: NOW };
  const written = signBody(braintree, settings, { method: 'POST', body: Buffer.from(body) });
  const headers = sign(braintree, settings, { method: 'POST', body: written });
  return { method: 'POST', url: '/', headers, body: written };
};
const receive = (body: Buffer, secret = SECRET): Webhook =>
  verifySync({ method: 'POST', url: '/', headers: {}, body }, { provider: braintree, secret, now: NOW });

describe('the vectors of Braintree', () => {
  runVectors(['braintree'], [], ({ secret }) => {
    const { publicKey, privateKey } = secret as Keys;
    return { provider: braintree, secret: `${String(publicKey)}:${String(privateKey)}` };
  });
});

describe('braintree', () => {
  it('has kind, XML and payload, and the signature apart', () => {
    const { body } = deliver('kind=subscription_canceled');
    const webhook = receive(body);
    expect(webhook.event).toBe('subscription_canceled');
    expect(webhook.trusted.event).toBe(true);
    expect(webhook.payload).toEqual({
      kind: 'subscription_canceled',
      xml: expect.stringContaining('<kind>subscription_canceled</kind>') as string,
      bt_payload: new URLSearchParams(body.toString()).get('bt_payload'),
    });
    expect(webhook.unsigned).toEqual({
      bt_signature: expect.stringContaining('integration_public_key|') as string,
    });
  });

  it('names no event where the XML has none', () => {
    const payload = Buffer.from('<a/>').toString('base64');
    expect(() => receive(Buffer.from('bt_payload=\xff', 'latin1'))).toThrow(WebhookError);
    expect(receive(deliver(`bt_payload=${payload}`).body).payload).toMatchObject({ kind: '', xml: '<a/>' });
    expect(receive(deliver('').body).event).toBe('check');
    expect(receive(deliver('\xff').body).event).toBe('check');
    expect(deliver('').headers).toEqual({ 'Content-Type': 'application/x-www-form-urlencoded' });
  });

  it.each(['', 'x', ':x', 'x:', 'a:b:c'])('refuses the secret %j at start-up', (secret) => {
    expect(typeErrorOf(() => makeVerifier({ provider: braintree, secret }))).toContain('secret');
  });

  it.each([
    ['nine pairs', (list: string) => Array(9).fill(list).join('&')],
    ['a pair of three', (list: string) => `${list}|x`],
    ['no pair', () => 'integration_public_key'],
  ])('refuses a signature of %s', (_what, change) => {
    const form = new URLSearchParams(deliver('kind=check').body.toString());
    form.set('bt_signature', change(form.get('bt_signature')!));
    expect(() => receive(Buffer.from(form.toString()))).toThrow(WebhookError);
  });

  it('answers no challenge by which a stranger gets the signature of a delivery', async () => {
    const { port } = await startGuard({ provider: braintree, secret: SECRET });
    const text = fc.oneof(
      fc.stringMatching(/^[0-9a-fA-F]{18,34}$/),
      fc.base64String({ minLength: 20, maxLength: 32 }),
      fc.string({ maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (challenge) => {
        const query = new URLSearchParams({ bt_challenge: challenge }).toString();
        const { status, text: answer } = await send(port, { method: 'GET', path: `/?${query}` });
        expect(status).toBe(/^[0-9a-fA-F]{20,32}$/.test(challenge) ? 200 : 403);
        for (const payload of [challenge, `${challenge}\n`, challenge.trimEnd()]) {
          const form = new URLSearchParams({ bt_signature: answer, bt_payload: payload }).toString();
          expect(() => receive(Buffer.from(form))).toThrow(WebhookError);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('takes nothing while no secret is in use, and tries a dummy', () => {
    const { body } = deliver('kind=check');
    const secret = { id: 'late', value: SECRET, notBefore: new Date(NOW + 1000) };
    const delivery = { method: 'POST', url: '/', headers: {}, body };
    expect(() => verifySync(delivery, { provider: braintree, secret, now: NOW })).toThrow(
      'no signature matches',
    );
  });
});
