import fc from 'fast-check';
import { linkedin, providers, verifySync, WebhookError, xTwitter, type Provider } from 'hooklatch';
import { send, startGuard } from '../helpers/http';
import { rawVectors } from '../helpers/vectors';

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Handshake {
  readonly id: string;
  readonly provider: string;
  readonly method: string;
  readonly url?: string;
  readonly challenge?: string;
  readonly secret: string | Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly now?: number;
  readonly expect: 'valid' | 'invalid' | 'either';
  readonly answer?: Answer | string;
}

const isHandshake = ({ scheme }: { readonly scheme: string }): boolean =>
  scheme.startsWith('challenge:') &&
  Object.hasOwn(providers, scheme.slice('challenge:'.length)) &&
  scheme !== 'challenge:zoom';
const HANDSHAKES = rawVectors.filter(isHandshake) as unknown as readonly Handshake[];

/** The options that the secret of a vector stands for. */
function optionsFor({ secret }: Handshake): { readonly secret: string; readonly verifyToken: string } {
  // The text that a handshake compares is the secret of most vectors.
  if (typeof secret === 'string') return { secret, verifyToken: secret };
  const { publicKey, privateKey, verificationToken = '-' } = secret;
  return { secret: `${publicKey ?? 'client'}:${privateKey ?? 'secret'}`, verifyToken: verificationToken };
}

const answerOf = ({ answer }: Handshake): Answer =>
  typeof answer === 'string' ? { status: 200, body: answer } : answer!;

describe('the handshakes of senders', () => {
  it.each(HANDSHAKES.map((one) => [one.expect, one.id, one] as const))(
    'are answered, and no handler runs (%s): %s',
    async (verdict, id, vector) => {
      const { provider: name, method, headers, body, now, challenge = '' } = vector;
      const { url = `https://example.org/?bt_challenge=${encodeURIComponent(challenge)}` } = vector;
      const { origin, pathname, search } = new URL(url);
      const told: string[] = [];
      const { port, webhooks } = await startGuard({
        provider: providers[name]!,
        ...optionsFor(vector),
        publicUrl: origin,
        onSecret: (secret: string) => told.push(secret),
        ...(now !== undefined && now > 0 && { clock: () => now }),
      });
      const got = await send(port, { method, path: pathname + search, headers, body });
      // The first event of Viber is a signed delivery.
      expect(webhooks).toHaveLength(name === 'viber' ? 1 : 0);
      // Leave to deliver is given to whoever asks: it authenticates nothing.
      if (id === 'challenge:cloudevents/options-evil') {
        expect(got.status).toBe(200);
        return;
      }
      if (verdict !== 'valid') {
        expect(got.status).toBeGreaterThanOrEqual(400);
        expect(told).toEqual([]);
        return;
      }
      const answer = answerOf(vector);
      expect(got.status).toBe(answer.status);
      if (name !== 'viber') expect(got.text).toBe(answer.body ?? '');
      if (answer.type !== undefined) expect(got.headers['content-type']).toContain(answer.type);
      for (const [header, text] of Object.entries(answer.headers ?? {})) {
        expect(text.split(' or ')).toContain(got.headers[header]);
      }
      const handsOver = name === 'asana' || name === 'notion';
      expect(told).toHaveLength(handsOver ? 1 : 0);
      for (const secret of told) expect(JSON.stringify([headers, body])).toContain(secret);
    },
  );
});

describe('the answer to a challenge that a stranger asks for', () => {
  const SECRET = 'a-secret-for-tests-of-some-length';
  const KEYED: readonly (readonly [Provider, string, (body: string) => string])[] = [
    [xTwitter, 'crc_token', (body) => body],
    [linkedin, 'challengeCode', (body) => body.replace(/^hmacsha256=/, '')],
  ];

  /** The texts of an answer: one of them may be the HMAC. */
  const textsOf = (answer: string): readonly string[] =>
    answer.startsWith('{') ? Object.values(JSON.parse(answer) as Record<string, string>) : [];

  it.each(KEYED)('verifies no delivery, whatever text is asked for (%#)', async (provider, field, toBody) => {
    const { port } = await startGuard({ provider, secret: SECRET });
    const header = [provider.signature.header].flat().join();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
          fc.stringMatching(/^[0-9A-Za-z_=+/.-]{1,60}$/),
          fc.uuid(),
          fc.json().map((json) => `hmacsha256=${json}`),
          fc.json(),
        ),
        async (text) => {
          const path = `/?${new URLSearchParams({ [field]: text }).toString()}`;
          const { text: answer } = await send(port, { method: 'GET', path });
          for (const signature of textsOf(answer)) {
            const body = Buffer.from(toBody(text));
            for (const bytes of [body, Buffer.from(text)]) {
              const delivery = { method: 'POST', url: '/', headers: { [header]: signature }, body: bytes };
              expect(() => verifySync(delivery, { provider, secret: SECRET })).toThrow(WebhookError);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
