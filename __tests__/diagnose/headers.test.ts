import { createHash, createHmac, generateKeyPairSync } from 'node:crypto';
import express, { type Request } from 'express';
import {
  diagnose,
  discord,
  fastcomments,
  fastcommentsAgent,
  github,
  hubspotV3,
  linear,
  medplum,
  medplumSubscription,
  sign,
  standardWebhooks,
  stripe,
  svix,
  telehealth,
  twitch,
  type Delivery,
  type Provider,
  type VerifySettings,
} from 'hooklatch';
import {
  diagnosed,
  good,
  HMACS,
  lower,
  NOW,
  PAYLOAD,
  PRETTY,
  PUBLIC_URL,
  secretOf,
  signatureHeader,
  withSignature,
} from '../helpers/deliveries';
import { requestText, start, talk } from '../helpers/http';

interface Mistake {
  readonly name: string;
  readonly code: string;
  readonly certainty?: 'certain' | 'likely';
  readonly observed?: RegExp;
  readonly of: readonly Provider[];
  readonly make: (provider: Provider) => Delivery | Promise<Delivery>;
  readonly settings?: (provider: Provider) => Partial<VerifySettings>;
}

const ONE = HMACS.filter(({ signature }) => signature.items === undefined);
const WITH_PREFIX = ONE.filter(({ signature }) => signature.prefix !== undefined);
const IN_HEX = HMACS.filter(({ signature }) => signature.encoding === 'hex');
const IN_BASE64 = HMACS.filter(({ signature }) => signature.encoding === 'base64');
const TIMED = HMACS.filter(({ timestamp }) => timestamp?.header !== undefined);
const STAMPED = HMACS.filter(({ signed }) => signed.includes('{timestamp}'));
const WITH_URL = HMACS.filter(({ signed }) => signed.includes('{url}'));
const BODY_ONLY = HMACS.filter(({ signed }) => signed.join() === '{body}');

/** The delivery without some headers, or with others. */
const withHeaders = (delivery: Delivery, headers: Record<string, string | undefined>): Delivery => ({
  ...delivery,
  headers: Object.fromEntries(
    Object.entries({ ...delivery.headers, ...headers }).filter(([, value]) => value !== undefined),
  ),
});

const timestampHeader = ({ timestamp }: Provider): string =>
  [timestamp?.header ?? ''].flat()[0]!.toLowerCase();
const keyOf = (provider: Provider): Buffer => {
  const { encoding, prefix = '' } = provider.secret;
  return Buffer.from(secretOf(provider).slice(encoding === 'utf8' ? 0 : prefix.length), encoding);
};
/** The signature of a delivery in another writing. */
const rewritten = (provider: Provider, write: (signature: Buffer) => string): Delivery => {
  const { prefix = '', key, assign = '', items = '', encoding } = provider.signature;
  const delivery = good(provider);
  return withSignature(provider, delivery, (value) => {
    const before = key === undefined ? prefix || items : key + assign;
    const start = before === '' ? 0 : value.lastIndexOf(before) + before.length;
    return value.slice(0, start) + write(Buffer.from(value.slice(start), encoding));
  });
};
/** A delivery that a sender signs with code of its own, in the header of the provider. */
const selfMade = (
  provider: Provider,
  compute: (content: string, key: Buffer) => Buffer,
  content: (timestamp: string) => string = () => PRETTY,
): Delivery => {
  const delivery = good(provider);
  const timestamp = String(delivery.headers[timestampHeader(provider)] ?? '');
  const { prefix = '', encoding } = provider.signature;
  return withSignature(
    provider,
    delivery,
    () => prefix + compute(content(timestamp), keyOf(provider)).toString(encoding),
  );
};
const hmac =
  (hash: string) =>
  (content: string, key: Buffer): Buffer =>
    createHmac(hash, key).update(content).digest();

/** Sends header lines through a real server and shows what Node makes of them. */
async function received(provider: Provider, lines: readonly string[]): Promise<Delivery> {
  let seen: Delivery | undefined;
  const { port } = await start((app) => {
    app.use(express.raw({ type: () => true }), (req: Request, res) => {
      const { method, originalUrl: url, headers, rawHeaders } = req;
      seen = { method, url, headers, rawHeaders, body: req.body as Buffer };
      res.end();
    });
  });
  const { body } = good(provider);
  const all = [...lines, 'Content-Type: application/json', `Content-Length: ${body.length}`];
  await talk(port, [requestText('POST', all), body]);
  return seen!;
}

const linesOf = (provider: Provider): string[] =>
  Object.entries(good(provider).headers).map(([name, value]) => `${name}: ${String(value)}`);

const MISTAKES: readonly Mistake[] = [
  {
    name: 'a sender without a secret, which signs nothing',
    code: 'signature-missing',
    of: HMACS,
    make: (provider) => withHeaders(good(provider), { [signatureHeader(provider)]: undefined }),
  },
  {
    name: 'a timestamp header that a proxy has stripped',
    code: 'timestamp-missing',
    of: TIMED,
    make: (provider) => withHeaders(good(provider), { [timestampHeader(provider)]: undefined }),
  },
  {
    name: 'an id header that a proxy has stripped',
    code: 'id-missing',
    of: [standardWebhooks, svix, twitch],
    make: (provider) =>
      withHeaders(good(provider), {
        [[provider.id?.header ?? ''].flat()[0]!.toLowerCase()]: undefined,
      }),
  },
  {
    name: 'an id with the separator in it',
    code: 'id-malformed',
    of: [standardWebhooks],
    make: (provider) => {
      const id = 'msg.1';
      const timestamp = String(NOW / 1000);
      const key = Buffer.from(secretOf(provider).replace('whsec_', ''), 'base64');
      const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${PRETTY}`).digest('base64');
      return withHeaders(good(provider), {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${mac}`,
      });
    },
  },
  {
    name: 'a gateway that renames the header of the signature',
    code: 'header-renamed',
    certainty: 'certain',
    observed: /x-amzn-remapped-/,
    of: HMACS,
    make: (provider) => {
      const delivery = good(provider);
      const name = signatureHeader(provider);
      return withHeaders(delivery, {
        [name]: undefined,
        [`x-amzn-remapped-${name}`]: String(delivery.headers[name]),
      });
    },
  },
  {
    name: 'a gateway that renames all headers to underscores',
    code: 'header-renamed',
    certainty: 'certain',
    of: HMACS,
    make: (provider) => {
      const { headers, ...rest } = good(provider);
      return {
        ...rest,
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [`http_${name.replaceAll('-', '_')}`, value]),
        ),
      };
    },
  },
  {
    name: 'a header sent twice',
    code: 'header-repeated',
    of: [fastcomments, telehealth, medplum, stripe],
    make: (provider) => {
      const lines = linesOf(provider);
      const signature = lines.find((line) => line.startsWith(signatureHeader(provider)))!;
      return received(provider, [...lines, signature]);
    },
  },
  {
    name: 'a timestamp sent twice',
    code: 'header-repeated',
    of: [fastcomments, medplum],
    make: (provider) => {
      const lines = linesOf(provider);
      const stamp = lines.find((line) => line.startsWith(timestampHeader(provider)))!;
      return received(provider, [...lines, stamp]);
    },
  },
  {
    name: 'two headers that a proxy joins in one line',
    code: 'header-joined',
    of: ONE,
    make: (provider) => withSignature(provider, good(provider), (value) => `${value}, ${value}`),
  },
  {
    name: 'timestamps that a proxy joins',
    code: 'header-joined',
    of: [fastcomments, medplum],
    make: (provider) => {
      const delivery = good(provider);
      const name = timestampHeader(provider);
      return withHeaders(delivery, { [name]: `${String(delivery.headers[name])}, 1700000000` });
    },
  },
  {
    name: 'a signature without its prefix',
    code: 'signature-prefix-missing',
    of: WITH_PREFIX,
    make: (provider) =>
      withSignature(provider, good(provider), (value) => value.slice(provider.signature.prefix!.length)),
  },
  {
    name: 'a signature with its prefix twice',
    code: 'signature-prefix-doubled',
    of: WITH_PREFIX,
    make: (provider) =>
      withSignature(provider, good(provider), (value) => provider.signature.prefix! + value),
  },
  {
    name: 'a signature with a prefix that the provider does not have',
    code: 'signature-prefix-wrong',
    of: ONE.filter(({ signature }) => signature.prefix === undefined),
    make: (provider) => withSignature(provider, good(provider), (value) => `hmac=${value}`),
  },
  {
    name: 'a signature in base64, where hexadecimal is right',
    code: 'signature-encoding',
    observed: /written in base64, where/,
    of: IN_HEX,
    make: (provider) => rewritten(provider, (signature) => signature.toString('base64')),
  },
  {
    name: 'a signature in hexadecimal, where base64 is right',
    code: 'signature-encoding',
    observed: /written in hex, where/,
    of: IN_BASE64,
    make: (provider) => rewritten(provider, (signature) => signature.toString('hex')),
  },
  {
    name: 'a signature in base64url',
    code: 'signature-encoding',
    of: IN_BASE64,
    make: (provider) => rewritten(provider, (signature) => signature.toString('base64url')),
  },
  {
    name: 'hexadecimal text in base64',
    code: 'signature-encoding',
    observed: /base64 of hexadecimal text/,
    of: [fastcomments, github, telehealth],
    make: (provider) =>
      rewritten(provider, (signature) => Buffer.from(signature.toString('hex')).toString('base64')),
  },
  {
    name: 'a signature in quotes',
    code: 'signature-malformed',
    of: ONE,
    make: (provider) => withSignature(provider, good(provider), (value) => JSON.stringify(value)),
  },
  {
    name: 'an empty signature',
    code: 'signature-malformed',
    observed: /is empty/,
    of: ONE,
    make: (provider) => withSignature(provider, good(provider), () => ''),
  },
  {
    name: 'what JavaScript writes for no signature at all',
    code: 'signature-malformed',
    of: ONE,
    make: (provider) => withSignature(provider, good(provider), () => 'undefined'),
  },
  {
    name: 'a signature that was cut',
    code: 'signature-truncated',
    of: [fastcomments, github, telehealth],
    make: (provider) => withSignature(provider, good(provider), (value) => value.slice(0, -32)),
  },
  {
    name: 'SHA-1',
    code: 'signature-algorithm',
    observed: /SHA-1,/,
    of: BODY_ONLY.filter(({ algorithm }) => algorithm === 'hmac-sha256'),
    make: (provider) => selfMade(provider, hmac('sha1')),
  },
  {
    name: 'SHA-512',
    code: 'signature-algorithm',
    observed: /SHA-512,/,
    of: BODY_ONLY.filter(({ algorithm }) => algorithm !== 'hmac-sha512'),
    make: (provider) => selfMade(provider, hmac('sha512')),
  },
  {
    name: 'SHA-512 with a timestamp',
    code: 'signature-algorithm',
    of: [fastcomments, medplum],
    make: (provider) => selfMade(provider, hmac('sha512'), (timestamp) => `${timestamp}.${PRETTY}`),
  },
  {
    name: 'a plain hash in place of an HMAC',
    code: 'signature-construction',
    observed: /plain hash of the secret and the content/,
    of: BODY_ONLY.filter(({ algorithm }) => algorithm === 'hmac-sha256'),
    make: (provider) =>
      selfMade(provider, (content, key) => createHash('sha256').update(key).update(content).digest()),
  },
  {
    name: 'key and content in the wrong order',
    code: 'signature-construction',
    observed: /content as the key/,
    of: [telehealth, github],
    make: (provider) =>
      selfMade(provider, (content, key) => hmac('sha256')(key.toString(), Buffer.from(content))),
  },
  {
    name: 'milliseconds, where seconds are right',
    code: 'timestamp-unit',
    observed: /1767225600000 is in milliseconds/,
    of: [fastcomments],
    make: () => ({
      ...good(fastcommentsAgent),
      headers: good(fastcommentsAgent, PRETTY, { secret: secretOf(fastcomments) }).headers,
    }),
  },
  {
    name: 'seconds, where milliseconds are right',
    code: 'timestamp-unit',
    observed: /1767225600 is in seconds/,
    of: [medplum, fastcommentsAgent],
    make: (provider) => {
      const delivery = withHeaders(good(provider), {
        [timestampHeader(provider)]: String(NOW / 1000),
      });
      const mac = hmac('sha256')(`${NOW / 1000}.${PRETTY}`, keyOf(provider)).toString('hex');
      return withSignature(provider, delivery, () => (provider.signature.prefix ?? '') + mac);
    },
  },
  {
    name: 'a signature over seconds beside a header of milliseconds',
    code: 'timestamp-unit',
    observed: /signed is the time in seconds/,
    of: [medplum],
    make: (provider) => selfMade(provider, hmac('sha256'), (text) => `${text.slice(0, 10)}.${PRETTY}`),
  },
  {
    name: 'a date in words',
    code: 'timestamp-malformed',
    of: [fastcomments, medplum],
    make: (provider) => {
      const text = new Date(NOW).toUTCString();
      const delivery = withHeaders(good(provider), { [timestampHeader(provider)]: text });
      const mac = hmac('sha256')(`${text}.${PRETTY}`, keyOf(provider)).toString('hex');
      return withSignature(provider, delivery, () => (provider.signature.prefix ?? '') + mac);
    },
  },
  {
    name: 'a delivery of ten minutes ago',
    code: 'timestamp-stale',
    observed: / old; the window is/,
    of: STAMPED.filter(({ timestamp }) => timestamp!.toleranceSeconds < 660),
    make: (provider) => good(provider, PRETTY, { now: NOW - 660_000 }),
  },
  {
    name: 'a delivery of ten minutes ago, dated in its body',
    code: 'timestamp-stale',
    of: [linear],
    make: (provider) => good(provider, JSON.stringify({ ...PAYLOAD, webhookTimestamp: NOW - 600_000 })),
  },
  {
    name: 'a body without the time that it must have',
    code: 'timestamp-missing',
    of: [linear],
    make: (provider) => good(provider, '{}'),
  },
  {
    name: 'a clock of the sender that is ahead',
    code: 'timestamp-future',
    observed: /ahead of this clock/,
    of: STAMPED.filter(({ timestamp }) => timestamp!.toleranceSeconds < 660),
    make: (provider) => good(provider, PRETTY, { now: NOW + 660_000 }),
  },
  {
    name: 'a signature over the body alone',
    code: 'signed-without-timestamp',
    of: STAMPED.filter(({ signature, signed }) => signature.items === undefined && !signed.includes('{url}')),
    make: (provider) => selfMade(provider, hmac('sha256')),
  },
  {
    name: 'a signature over timestamp and body without the dot',
    code: 'signed-other-content',
    observed: /nothing in between/,
    of: [fastcomments, medplum],
    make: (provider) => selfMade(provider, hmac('sha256'), (timestamp) => timestamp + PRETTY),
  },
  {
    name: 'a signature with a timestamp, where none is signed',
    code: 'signed-other-content',
    of: [telehealth],
    make: (provider) => {
      const delivery = withHeaders(good(provider), { 'x-telehealth-timestamp': String(NOW) });
      const mac = hmac('sha256')(`${NOW}.${PRETTY}`, keyOf(provider)).toString('hex');
      return withSignature(provider, delivery, () => mac);
    },
  },
  {
    name: 'a delivery of Stripe',
    code: 'other-provider',
    certainty: 'certain',
    observed: /as one of stripe/,
    of: [fastcomments, telehealth, medplum],
    make: (provider) => good(stripe, PRETTY, { secret: secretOf(provider) }),
  },
  {
    name: 'a delivery of Stripe whose secret is not known here',
    code: 'other-provider',
    of: [fastcomments],
    make: () => good(stripe, PRETTY, { secret: 'another secret of Stripe' }),
  },
  {
    name: 'the real server of Medplum in place of its advice',
    code: 'other-provider',
    certainty: 'certain',
    observed: /medplum-subscription/,
    of: [medplum],
    make: () => good(medplumSubscription, PRETTY, { event: 'create' }),
  },
  {
    name: 'an agent of FastComments',
    code: 'other-provider',
    certainty: 'certain',
    observed: /fastcomments-agent/,
    of: [fastcomments],
    make: () => good(fastcommentsAgent, PRETTY, { event: 'x' }),
  },
  {
    name: 'http:// in place of https://',
    code: 'signed-url-scheme',
    of: WITH_URL,
    make: (provider) => good(provider, PRETTY, { publicUrl: PUBLIC_URL.replace('https', 'http') }),
  },
  {
    name: 'a port',
    code: 'signed-url-port',
    of: WITH_URL,
    make: (provider) => good(provider, PRETTY, { publicUrl: PUBLIC_URL.replace('.org', '.org:8080') }),
  },
  {
    name: 'a path that the mount has cut off',
    code: 'signed-url-path',
    of: WITH_URL,
    make: (provider) => good(provider),
    settings: () => ({ publicUrl: 'https://example.org/in?tenant=7' }),
  },
  {
    name: 'a slash at the end',
    code: 'signed-url-slash',
    of: WITH_URL,
    make: (provider) => good(provider, PRETTY, { publicUrl: PUBLIC_URL.replace('?', '/?') }),
  },
  {
    name: 'a query that the sender does not sign',
    code: 'signed-url-query',
    of: WITH_URL,
    make: (provider) => good(provider, PRETTY, { publicUrl: PUBLIC_URL.replace(/\?.*/, '') }),
  },
  {
    name: 'another host',
    code: 'signed-url-host',
    of: WITH_URL,
    make: (provider) =>
      withHeaders(
        good(provider, PRETTY, { publicUrl: PUBLIC_URL.replace('example.org', 'abc.tunnel.dev') }),
        {
          host: 'abc.tunnel.dev',
        },
      ),
  },
  {
    name: 'no address at all',
    code: 'public-url-missing',
    observed: /the address https:\/\/example.org\/hooks\/in\?tenant=7/,
    of: WITH_URL,
    make: (provider) => withHeaders(good(provider), { host: 'example.org' }),
    settings: () => ({ publicUrl: undefined }),
  },
  {
    name: 'a method that was changed by a redirect',
    code: 'signed-method',
    observed: /came by GET, but what was signed has the method POST/,
    of: [hubspotV3],
    make: (provider) => ({ ...good(provider), method: 'GET' }),
  },
];

describe('headers, time and signed content: diagnose() names first', () => {
  it.each(MISTAKES)('$code for $name', async ({ code, certainty, observed, of, make, settings }) => {
    expect(of.length).toBeGreaterThan(0);
    for (const provider of of) {
      const { verified, findings } = diagnosed(provider, await make(provider), settings?.(provider));
      expect([provider.name, verified, findings[0]!.code]).toEqual([provider.name, false, code]);
      if (certainty !== undefined) expect(findings[0]!.certainty).toBe(certainty);
      if (observed !== undefined) expect(findings[0]!.observed).toMatch(observed);
    }
  });

  it('the other provider as likely, where its secret is not known', () => {
    const { findings } = diagnosed(fastcomments, good(stripe, PRETTY, { secret: 'another of Stripe' }));
    expect(findings.find(({ code }) => code === 'other-provider')).toMatchObject({
      certainty: 'likely',
      observed: expect.stringContaining('Stripe-Signature, a header of stripe') as string,
    });
  });

  it('that the clock can be wrong by a time zone', () => {
    const { findings } = diagnosed(fastcomments, good(fastcomments, PRETTY, { now: NOW + 7_200_000 }));
    expect(findings.map(({ code }) => code)).toEqual(['time-zone', 'timestamp-future']);
  });

  it('what is wrong with a delivery of an asymmetric scheme', () => {
    const { privateKey, publicKey } = keyPair();
    const secret = publicKey;
    const headers = lower(sign(discord, { secret: privateKey, now: NOW }, { body: Buffer.from(PRETTY) }));
    const first = (body: string, key = secret) =>
      diagnose(
        { method: 'POST', url: '/', headers, body: Buffer.from(body) },
        { provider: discord, secret: key, now: NOW },
      ).findings[0]!.code;
    expect(first(PRETTY)).toBe('verified');
    expect(first(JSON.stringify(PAYLOAD))).toBe('body-reserialised');
    expect(first(PRETTY, `${secret}\n`)).toBe('secret-white-space');
    expect(first(PRETTY, keyPair().publicKey)).toBe('secret-unknown');
  });
});

function keyPair(): { privateKey: string; publicKey: string } {
  const pair = generateKeyPairSync('ed25519');
  const raw = (key: Buffer): string => key.subarray(-32).toString('hex');
  return {
    privateKey: raw(pair.privateKey.export({ format: 'der', type: 'pkcs8' })),
    publicKey: raw(pair.publicKey.export({ format: 'der', type: 'spki' })),
  };
}
