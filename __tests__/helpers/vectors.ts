import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providers, type Delivery, type Provider, type Secret, type VerifySettings } from 'hooklatch';

export interface Vector {
  readonly id: string;
  readonly scheme: string;
  readonly method: string;
  readonly url: string | undefined;
  readonly secret: string | readonly Secret[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly now: number;
  readonly expect: 'valid' | 'invalid' | 'either';
  readonly provider: Provider;
}

type RawVector = Readonly<Record<string, unknown>> & Pick<Vector, 'id' | 'scheme' | 'expect'>;

const FOLDER = join(__dirname, '../vectors');

/** All vectors as they are written down, in one file or several, those without a provider too. */
export const rawVectors: readonly RawVector[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as readonly RawVector[]);

/** Schemes whose secret is more than a text, or whose vectors are no deliveries: judged in tests of their own. */
export const JUDGED_ELSEWHERE: Readonly<Record<string, string>> = {
  'aws-sns': 'providers/aws-sns/index.test.ts',
  'http-message-signatures': 'providers/http-message-signatures/index.test.ts',
  'challenge:zoom': 'providers/challenges.test.ts',
  braintree: 'providers/braintree.test.ts',
  ...Object.fromEntries(
    [
      ...['bird', 'fusionauth', 'gemini-dynamic', 'google-pubsub', 'kinde', 'livekit', 'monday', 'netlify'],
      ...['plaid', 'qstash', 'saleor', 'truelayer', 'vonage', 'wix'],
      ...['atlassian-connect', 'azure-event-grid-entra', 'fireblocks-v2'],
    ].map((scheme) => [scheme, 'providers/jwt/senders.test.ts']),
  ),
  ...Object.fromEntries(
    ['circle', 'ebay', 'fal', 'paypal'].map((scheme) => [scheme, 'providers/fetched-keys/senders.test.ts']),
  ),
  ...Object.fromEntries(
    [
      ...['asana', 'azure-event-grid', 'braintree', 'cloudevents', 'ebay', 'fitbit', 'linkedin'],
      ...['mailchimp', 'mandrill', 'microsoft-graph', 'monday', 'notion', 'nylas', 'okta', 'oura'],
      ...['strava', 'trello', 'viber', 'woocommerce', 'x-twitter'],
    ].map((name) => [`challenge:${name}`, 'providers/handshake-vectors.test.ts']),
  ),
};

/** The vectors of every provider; one that another sender's provider must judge the same way is there twice. */
export const vectors: readonly Vector[] = rawVectors
  .filter(({ scheme }) => Object.hasOwn(providers, scheme) && !Object.hasOwn(JUDGED_ELSEWHERE, scheme))
  .flatMap((vector) =>
    [...new Set([vector.scheme, vector.provider as string])]
      .filter((name) => Object.hasOwn(providers, name))
      .map((name) => vectorFor(vector, providers[name]!)),
  );

function vectorFor(vector: RawVector, provider: Provider): Vector {
  const body =
    typeof vector.bodyBase64 === 'string'
      ? Buffer.from(vector.bodyBase64, 'base64')
      : Buffer.from(vector.body as string, 'utf8');
  const id = provider.name === vector.scheme ? vector.id : `${vector.id} as ${provider.name}`;
  // Several secrets are a list of texts.
  const secret = Array.isArray(vector.secret)
    ? (vector.secret as readonly string[]).map((value, index) => ({ id: `key-${index}`, value }))
    : (vector.secret as string);
  return { ...(vector as unknown as Vector), id, provider, body, secret };
}

/** What `verify` is told about a vector; the address where the scheme has one. */
export function settingsOf({ provider, secret, now, url }: Vector): VerifySettings {
  return { provider, secret, now, publicUrl: url };
}

/** The delivery of a vector. Its path is not the address that the sender signed: that is an option. */
export function deliveryOf({ method, headers, body }: Vector): Delivery {
  return { method, url: '/hook', headers, body };
}
