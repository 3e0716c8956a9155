import fc from 'fast-check';
import { linkedin, providers, verifySync, WebhookError, xTwitter, type Provider } from 'hooklatch';
import { send, startGuard } from '../helpers/http';
import { rawVectors } from '../helpers/vectors';

interface Handshake {
  readonly id: string;
  readonly provider: string;
  readonly method: string;
  readonly url: string;
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly now?: number;
  readonly expect: 'valid' | 'invalid';
  readonly answer?: { readonly status: number; readonly type?: string; readonly body?: string };
}

const isHandshake = ({ scheme }: { readonly scheme: string }): boolean =>
  scheme.startsWith('challenge:') &&
  Object.hasOwn(providers, scheme.slice('challenge:'.length)) &&
  scheme !== 'challenge:zoom';
const HANDSHAKES = rawVectors.filter(isHandshake) as unknown as readonly Handshake[];

describe('the handshakes of senders', () => {
  it.each(HANDSHAKES.map((one) => [one.expect, one.id, one] as const))(
    'are answered, and no handler runs (%s): %s',
    async (
      _expect,
      _id,
      { provider: name, method, url, secret, headers, body, now, expect: verdict, answer },
    ) => {
      const provider = providers[name]!;
      const { origin, pathname, search } = new URL(url);
      // The text that a handshake compares is the secret of these vectors.
      const { port, webhooks } = await startGuard({
        provider,
        secret,
        verifyToken: secret,
        publicUrl: origin,
        ...(now !== undefined && { clock: () => now }),
      });
      const got = await send(port, { method, path: pathname + search, headers, body });
      if (verdict === 'valid') {
        expect(got.status).toBe(answer!.status);
        if (name !== 'viber') expect(got.text).toBe(answer!.body ?? '');
        if (answer!.type !== undefined) expect(got.headers['content-type']).toContain(answer!.type);
        // The first event of Viber is a signed delivery.
        expect(webhooks).toHaveLength(name === 'viber' ? 1 : 0);
      } else {
        expect(got.status).toBe(answer?.status ?? got.status);
        expect(got.status).toBeGreaterThanOrEqual(400);
        expect(webhooks).toEqual([]);
      }
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
