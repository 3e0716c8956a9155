import {
  makeFusionauth,
  makeGeminiDynamic,
  makeGooglePubsub,
  makeKinde,
  makePlaid,
  makeSaleor,
  makeTruelayer,
  providers,
  verify,
  WebhookError,
  type Provider,
  type Webhook,
} from 'hooklatch';
import { send, startGuard } from '../../helpers/http';
import { rawVectors } from '../../helpers/vectors';

type Keys = Readonly<Record<string, unknown>>;

interface Vector {
  readonly id: string;
  readonly scheme: string;
  readonly method: string;
  readonly url: string | undefined;
  readonly secret: string | { readonly [name: string]: unknown };
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly now: number;
  readonly expect: 'valid' | 'invalid' | 'either';
}

/** What the receiver is told of a sender, from the secret of its vectors. */
interface Setting {
  readonly provider: Provider;
  readonly secret: string;
}

const SCHEMES = [
  ...['bird', 'fusionauth', 'gemini-dynamic', 'google-pubsub', 'kinde', 'livekit', 'monday', 'netlify'],
  ...['plaid', 'qstash', 'saleor', 'truelayer', 'vonage', 'wix'],
];
// A shared secret in the vectors signs by any hash; a provider here names those that its sender uses. A line end behind
// the token, and a token without its end, are not what the sender sends. The body may change where no token covers it.
const TAKEN = [
  'bird/other-hash',
  'gemini-dynamic/body-changed',
  'google-pubsub/body-changed',
  'monday/body-changed',
  'saleor/payload-encoded',
];

const vectors = rawVectors.filter(({ scheme }) => SCHEMES.includes(scheme)) as unknown as readonly Vector[];

const keySet = (keys: Keys): string => JSON.stringify({ keys: Object.values(keys) });

const WITH_KEYS: Readonly<Record<string, (keys: Keys, secret: Keys) => Setting>> = {
  fusionauth: (keys) => ({
    provider: makeFusionauth({ fetchKeys: () => keySet(keys) }),
    secret: 'https://auth.example.org',
  }),
  'gemini-dynamic': (keys, { audience }) => ({
    provider: makeGeminiDynamic({ fetchKeys: () => keySet(keys) }),
    secret: String(audience),
  }),
  'google-pubsub': (keys, { audience, email }) => ({
    provider: makeGooglePubsub({ fetchKeys: () => keySet(keys), audience: String(audience) }),
    secret: String(email),
  }),
  kinde: (keys) => ({
    provider: makeKinde({ fetchKeys: () => keySet(keys) }),
    secret: 'https://yours.kinde.com',
  }),
  plaid: (keys) => ({
    provider: makePlaid({ fetchKey: (id) => (keys[id] === undefined ? undefined : JSON.stringify(keys[id])) }),
    secret: '5f2e2d0b8c9d:3a1e5c7f9b',
  }),
  saleor: (keys) => ({
    provider: makeSaleor({ fetchKeys: () => keySet(keys) }),
    secret: 'https://x.saleor.cloud',
  }),
  truelayer: (keys) => ({
    provider: makeTruelayer({ fetchKeys: () => keySet(keys) }),
    secret: 'production',
  }),
};

function settingFor({ scheme, secret }: Vector): Setting {
  if (typeof secret === 'string') return { provider: providers[scheme]!, secret };
  const { apiKey, apiSecret, keys } = secret;
  if (scheme === 'livekit') return { provider: providers.livekit!, secret: `${apiKey}:${apiSecret}` };
  return WITH_KEYS[scheme]!(keys as Keys, secret);
}

async function judge(vector: Vector): Promise<Webhook | undefined> {
  const { provider, secret } = settingFor(vector);
  const { method, headers, body, now, url } = vector;
  const delivery = { method, url: '/hook', headers, body: Buffer.from(body) };
  try {
    return await verify(delivery, { provider, secret, now, publicUrl: url });
  } catch (error) {
    if (error instanceof WebhookError && error.status === provider.refusal.status) return undefined;
    throw error;
  }
}

const isTaken = ({ id, expect: verdict }: Vector): boolean =>
  verdict === 'valid' || (verdict === 'either' && TAKEN.includes(id));

describe('the vectors of senders of tokens', () => {
  it('leave open only what is decided here', () => {
    const open = vectors.filter((vector) => vector.expect === 'either').map(({ id }) => id);
    expect(TAKEN.filter((id) => !open.includes(id))).toEqual([]);
    expect(vectors).toHaveLength(184);
  });

  it.each(vectors.map((vector) => [vector.id, isTaken(vector), vector] as const))(
    '%s is authentic: %s',
    async (_id, verified, vector) => {
      expect((await judge(vector))?.verified === true).toBe(verified);
    },
  );

  it.each(vectors.map((vector) => [vector.id, isTaken(vector), vector] as const))(
    '%s is let in over HTTP: %s',
    async (_id, verified, vector) => {
      const { provider, secret } = settingFor(vector);
      const { method, headers, body, now, url = 'https://example.org/' } = vector;
      const { origin, pathname, search } = new URL(url);
      const { port } = await startGuard({ provider, secret, publicUrl: origin, clock: () => now });
      const answer = await send(port, { method, path: pathname + search, headers, body });
      const isSent = provider.methods.some((known) => known === method);
      expect(answer.status).toBe(verified ? 200 : isSent ? provider.refusal.status : 403);
    },
  );
});
