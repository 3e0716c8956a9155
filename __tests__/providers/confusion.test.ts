import {
  providers,
  sign,
  verifySync,
  WebhookError,
  type Delivery,
  type HeaderNames,
  type Provider,
} from 'hooklatch';
import { keysFor, ORIGIN, signsUrl } from '../helpers/keys';
import { deliveryOf, settingsOf, vectors, type Vector } from '../helpers/vectors';

const NOW = 1_767_225_600_000;
const data = Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom');

/** What a provider reads and computes, whatever its headers are called. */
function schemeOf({ algorithm, signature, timestamp, signed, secret }: Provider): string {
  return JSON.stringify({
    algorithm,
    signature: {
      ...signature,
      header: undefined,
      // More places for signatures, or names for them, do not make another scheme of it.
      ...{ all: undefined, repeated: undefined, groups: undefined, declares: undefined },
    },
    timestamp: timestamp && {
      ...timestamp,
      header: timestamp.header && 'header',
      // A window does not make another scheme of it.
      toleranceSeconds: undefined,
    },
    signed,
    secret,
  });
}

/** The first of the names that a delivery has. */
const present = ({ headers }: Delivery, names: HeaderNames | undefined): string | undefined =>
  [names ?? []]
    .flat()
    .map((name) => name.toLowerCase())
    .find((name) => Object.keys(headers).some((other) => other.toLowerCase() === name));

/** The headers from which a provider would take signature, time and signed id. */
const readIn = (delivery: Delivery, { signature, timestamp, id, signed }: Provider): string =>
  [signature.header, timestamp?.header, signed.includes('{id}') ? id?.header : undefined]
    .map((names) => present(delivery, names))
    .join();

/** Whether a provider verifies a delivery; `undefined` where it cannot use the secret at all. */
function accepts(
  provider: Provider,
  delivery: Delivery,
  secret: string,
  now: number,
  url?: string,
): boolean | undefined {
  try {
    const publicUrl = url ?? (signsUrl(provider) ? `${ORIGIN}/hook` : undefined);
    return verifySync(delivery, { provider, secret, now, publicUrl }).verified;
  } catch (error) {
    if (error instanceof WebhookError) return false;
    if (error instanceof TypeError && error.message.startsWith('option "secret"')) return undefined;
    throw error;
  }
}

// Schemes that are not the same to the letter, and yet one of them takes what the other has signed. Each pair has its
// reason, and no harm: who can sign for the one has the secret of the other.
const namesWhere = (matches: (provider: Provider) => boolean): readonly string[] =>
  data.filter(matches).map(({ name }) => name);
const isStandard = ({ algorithm, signed, signature }: Provider): boolean =>
  algorithm === 'hmac-sha256' && signed.join('') === '{id}.{timestamp}.{body}' && signature.items === ' ';
const FAMILY = namesWhere((provider) => isStandard(provider) && provider.secret.encoding === 'base64');
const FAMILY_BY_TEXT = namesWhere((provider) => isStandard(provider) && provider.secret.encoding === 'utf8');
const FAMILY_BY_BOTH = namesWhere((provider) => isStandard(provider) && provider.secret.otherwise === 'utf8');
/** Whether a provider of Standard Webhooks takes this secret for base64, and not for text. */
const isDecoding = ({ name, secret: { otherwise } }: Provider, secret: string): boolean =>
  FAMILY.includes(name) && (otherwise === undefined || secret.startsWith('whsec_'));
const BODY_ALONE = namesWhere(
  (provider) => provider.name !== 'linear' && schemeOf(provider) === schemeOf(providers.sentry!),
);
const PREFIXED = namesWhere((provider) => schemeOf(provider) === schemeOf(providers.github!));
// Signed with the key decoded, as all others of the family use it: wrong for this sender and right for them.
const OF_ANOTHER_KEY = ['bigcommerce/key-decoded', 'imagekit/key-decoded'];
// Wrong for its own sender, or by a key in a form of its own, and letter for letter what these send under the same name.
const RIGHT_ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'bigcommerce/key-decoded': ['supabase-auth'],
  'cloudinary-sha256/other-length': ['cloudinary'],
  'cloudinary/other-length': ['cloudinary-sha256'],
  'gocardless/other-encoding': ['mautic'],
  'mautic/hex': ['gocardless'],
  'phonepe/basic': ['azure-devops', 'chargebee', 'deepgram', 'pipedrive', 'postmark', 'sparkpost'],
  'phonepe/plain': ['auth0', 'okta'],
  'polar/signed': ['bigcommerce', 'imagekit'],
  'supabase-auth/prefix-as-key': ['bigcommerce', 'imagekit', 'openai', 'polar'],
};
const AKIN: readonly {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly why: string;
}[] = [
  {
    from: FAMILY,
    to: FAMILY,
    why: 'Standard Webhooks; some also take a bare signature, or a secret that is text',
  },
  {
    from: FAMILY_BY_TEXT,
    to: FAMILY_BY_BOTH,
    why: 'Standard Webhooks, with a secret that both read as text',
  },
  { from: ['linear'], to: BODY_ALONE, why: 'the body alone is signed; Linear also wants a time in it' },
  { from: ['mollie'], to: PREFIXED, why: 'what is a prefix for these is the name of an item for Mollie' },
  { from: PREFIXED, to: ['mollie'], why: 'the same, the other way round' },
  { from: BODY_ALONE, to: ['linear'], why: 'the same, where the body has a time in it as Linear wants it' },
];

// Comments of FastComments bring the API secret itself beside the signature, for receivers that know no signatures.
// Only who chooses the legacy provider takes it, and then takes it whatever the signature is.
const bringsToken = ({ headers, secret }: Vector, to: Provider): boolean =>
  to.name === 'fastcomments-legacy' && Object.is(headers.token, secret);

const isAkin = (from: Provider, to: Provider): boolean =>
  AKIN.some((pair) => pair.from.includes(from.name) && pair.to.includes(to.name));

const isSame = (from: Provider, to: Provider): boolean => schemeOf(from) === schemeOf(to);

describe('the vectors of one sender at every other provider', () => {
  const strangers = (vector: Vector): readonly Provider[] =>
    data.filter((provider) => provider !== vector.provider);
  const judged = vectors.filter(
    (vector): vector is Vector & { readonly secret: string } =>
      // Only its own sender inflates a body.
      vector.body[0] !== 0x1f && vector.provider.algorithm !== 'custom' && typeof vector.secret === 'string',
  );
  const isValid = (vector: Vector & { readonly secret: string }): boolean => {
    const { now, publicUrl } = settingsOf(vector);
    return accepts(vector.provider, deliveryOf(vector), vector.secret, now!, publicUrl) === true;
  };

  it('verify where the scheme and the headers are the same, or akin, and nowhere else', () => {
    const wrong: string[] = [];
    const pairs = new Set<string>();
    let asked = 0;
    for (const vector of judged) {
      const delivery = deliveryOf(vector);
      for (const provider of strangers(vector)) {
        const accepted = accepts(provider, delivery, vector.secret, vector.now, vector.url);
        if (accepted === undefined) continue;
        asked += 1;
        const own = vector.provider;
        const sameHeaders = readIn(delivery, own) === readIn(delivery, provider);
        const isAllowed =
          bringsToken(vector, provider) ||
          RIGHT_ELSEWHERE[vector.id]?.includes(provider.name) === true ||
          (OF_ANOTHER_KEY.includes(vector.id) && isDecoding(provider, vector.secret) && sameHeaders) ||
          (isValid(vector) &&
            sameHeaders &&
            !(FAMILY_BY_TEXT.includes(own.name) && isDecoding(provider, vector.secret)) &&
            (isSame(own, provider) || isAkin(own, provider)));
        if (accepted !== isAllowed) wrong.push(`${vector.id} at ${provider.name}: ${accepted}`);
        if (accepted) pairs.add([own.name, provider.name].sort().join('/'));
      }
    }
    expect(wrong).toEqual([]);
    // Far more pairs than can be by chance, so that a mistake in asking them shows.
    expect(asked).toBeGreaterThan(80_000);
    expect([...pairs].sort()).toContain('github/meta');
    expect([...pairs].sort()).toContain('standard-webhooks/svix');
  });
});

describe('a delivery of one sender under the header names of every other', () => {
  const BODY = Buffer.from(JSON.stringify({ type: 'a', webhookTimestamp: NOW }));
  const URL = `${ORIGIN}/hook`;

  /** What `from` signs, with its values moved to the headers from which `to` takes them. */
  function moved(from: Provider, to: Provider, secret: string): Delivery {
    const publicUrl = signsUrl(from) ? URL : undefined;
    const signed = sign(from, { secret, now: NOW, id: 'msg_1', publicUrl }, { method: 'POST', body: BODY });
    const first = (names: HeaderNames | undefined): string | undefined => [names ?? []].flat()[0];
    const value = (names: HeaderNames | undefined): string | undefined => signed[first(names) ?? ''];
    const places: readonly (readonly [HeaderNames | undefined, HeaderNames | undefined])[] = [
      [from.signature.header, to.signature.header],
      [from.timestamp?.header, to.timestamp?.header],
      [from.id?.header, to.id?.header],
    ];
    const headers = places.flatMap(([here, there]) =>
      first(there) === undefined || value(here) === undefined ? [] : [[first(there), value(here)]],
    );
    return {
      method: 'POST',
      url: '/hook',
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: BODY,
    };
  }

  it.each(data.map((provider): [string, Provider] => [provider.name, provider]))(
    'verifies only where the scheme is the same, or akin: %s',
    (_name, from) => {
      const { secret, verifyBy } = keysFor(from);
      const accepting = data.filter((to) => accepts(to, moved(from, to, secret), verifyBy, NOW) === true);
      const expected = data.filter((to) => {
        const isUsable = accepts(to, moved(from, to, secret), verifyBy, NOW) !== undefined;
        return isUsable && (isSame(from, to) || isAkin(from, to));
      });
      expect(accepting.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
      expect(accepting).toContain(from);
    },
  );

  it('has a use for every pair that is allowed by name', () => {
    const used = AKIN.map(({ from, to }) =>
      from.some((one) =>
        to.some((other) => {
          const [sender, receiver] = [providers[one]!, providers[other]!];
          return sender !== receiver && !isSame(sender, receiver) && isAkin(sender, receiver);
        }),
      ),
    );
    expect(used).toEqual(AKIN.map(() => true));
    expect(AKIN.every(({ why }) => why.length > 20)).toBe(true);
  });
});
