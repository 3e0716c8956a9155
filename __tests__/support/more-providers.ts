import { defineProvider, tokenProvider, type Provider, type ProviderDefinition } from 'hooklatch';

type Described = Omit<ProviderDefinition, 'algorithm' | 'secret'> & Partial<ProviderDefinition>;

const hmac = (definition: Described): Provider =>
  defineProvider({ algorithm: 'hmac-sha256', secret: { encoding: 'utf8' }, ...definition });

/** A sender that signs nothing but the body. */
const bodyOnly = (
  name: string,
  header: string | readonly string[],
  encoding: 'hex' | 'base64',
  more: Partial<ProviderDefinition> & { readonly prefix?: string } = {},
): Provider => {
  const { prefix, ...rest } = more;
  return hmac({ name, signature: { header, encoding, prefix }, signed: ['{body}'], ...rest });
};

/** A sender that has the timestamp and the signatures as items of one header. */
const listed = (
  name: string,
  header: string,
  unit: 'seconds' | 'milliseconds',
  toleranceSeconds: number,
  encoding: 'hex' | 'base64url' = 'hex',
): Provider =>
  hmac({
    name,
    signature: { header, items: ',', assign: '=', key: 'v1', encoding },
    timestamp: { field: 't', unit, toleranceSeconds },
    signed: ['{timestamp}', '.', '{body}'],
  });

const standardWebhooksLike = {
  timestamp: { header: ['svix-timestamp', 'webhook-timestamp'], unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  id: { header: ['svix-id', 'webhook-id'] },
} as const;

/**
 * Descriptions of senders that hooklatch does not ship. They show what the description language can say, and let the
 * vectors of these senders be judged.
 */
const MORE: readonly Provider[] = [
  bodyOnly('adyen-platform', 'hmacsignature', 'base64', { secret: { encoding: 'hex' } }),
  bodyOnly('bitbucket', 'X-Hub-Signature', 'hex', { prefix: 'sha256=' }),
  bodyOnly('coinbase-commerce', 'X-CC-Webhook-Signature', 'hex'),
  bodyOnly('dropbox', 'X-Dropbox-Signature', 'hex'),
  bodyOnly('intercom', 'X-Hub-Signature', 'hex', { prefix: 'sha1=', algorithm: 'hmac-sha1' }),
  bodyOnly('kontent', 'X-Kontent-ai-Signature', 'base64'),
  bodyOnly('lemonsqueezy', 'X-Signature', 'hex'),
  bodyOnly('line', 'x-line-signature', 'base64'),
  bodyOnly('meta', 'X-Hub-Signature-256', 'hex', { prefix: 'sha256=' }),
  bodyOnly('razorpay', 'X-Razorpay-Signature', 'hex'),
  bodyOnly('sentry', 'Sentry-Hook-Signature', 'hex'),
  bodyOnly('shopify', ['X-Shopify-Hmac-Sha256', 'shopify-hmac-sha256'], 'base64'),
  bodyOnly('typeform', 'Typeform-Signature', 'base64', { prefix: 'sha256=' }),
  bodyOnly('vercel', 'x-vercel-signature', 'hex', { algorithm: 'hmac-sha1' }),
  bodyOnly('xero', 'x-xero-signature', 'base64'),
  bodyOnly('linear', 'Linear-Signature', 'hex', {
    timestamp: { body: 'webhookTimestamp', unit: 'milliseconds', toleranceSeconds: 60 },
  }),
  bodyOnly('square', 'x-square-hmacsha256-signature', 'base64', { signed: ['{url}', '{body}'] }),

  listed('calendly', 'Calendly-Webhook-Signature', 'seconds', 180),
  listed('mux', 'mux-signature', 'seconds', 300),
  listed('sanity', 'sanity-webhook-signature', 'milliseconds', 300, 'base64url'),
  listed('workos', 'workos-signature', 'milliseconds', 180),
  hmac({
    name: 'paddle',
    signature: { header: 'Paddle-Signature', items: ';', assign: '=', key: 'h1', encoding: 'hex' },
    timestamp: { field: 'ts', unit: 'seconds', toleranceSeconds: 5 },
    signed: ['{timestamp}', ':', '{body}'],
  }),
  hmac({
    name: 'pagerduty',
    signature: { header: 'X-PagerDuty-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
    signed: ['{body}'],
  }),
  hmac({
    name: 'zoom',
    signature: { header: 'x-zm-signature', prefix: 'v0=', encoding: 'hex' },
    timestamp: { header: 'x-zm-request-timestamp', unit: 'seconds', toleranceSeconds: 300 },
    signed: ['v0:', '{timestamp}', ':', '{body}'],
  }),
  hmac({
    name: 'twitch',
    signature: { header: 'Twitch-Eventsub-Message-Signature', prefix: 'sha256=', encoding: 'hex' },
    timestamp: { header: 'Twitch-Eventsub-Message-Timestamp', unit: 'rfc3339', toleranceSeconds: 600 },
    signed: ['{id}', '{timestamp}', '{body}'],
    id: { header: 'Twitch-Eventsub-Message-Id' },
    event: { body: 'subscription.type' },
  }),
  hmac({
    name: 'hubspot-v3',
    signature: { header: 'X-HubSpot-Signature-v3', encoding: 'base64' },
    timestamp: { header: 'X-HubSpot-Request-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
    signed: ['{method}', '{url}', '{body}', '{timestamp}'],
    methods: ['POST', 'GET', 'PUT'],
  }),
  bodyOnly('hubspot-v2', 'X-HubSpot-Signature', 'hex', {
    algorithm: 'sha256',
    signed: ['{secret}', '{method}', '{url}', '{body}'],
  }),
  bodyOnly('hubspot-v1', 'X-HubSpot-Signature', 'hex', {
    algorithm: 'sha256',
    signed: ['{secret}', '{body}'],
  }),
  defineProvider({
    name: 'svix',
    algorithm: 'hmac-sha256',
    signature: {
      header: ['svix-signature', 'webhook-signature'],
      items: ' ',
      assign: ',',
      key: 'v1',
      encoding: 'base64',
    },
    ...standardWebhooksLike,
    secret: { encoding: 'base64', prefix: 'whsec_' },
  }),
  defineProvider({
    name: 'standard-webhooks-v1a',
    algorithm: 'ed25519',
    signature: { header: 'webhook-signature', items: ' ', assign: ',', key: 'v1a', encoding: 'base64' },
    timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
    signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
    secret: { encoding: 'base64', prefix: 'whpk_', privatePrefix: 'whsk_' },
    id: { header: 'webhook-id' },
  }),
  defineProvider({
    name: 'discord',
    algorithm: 'ed25519',
    signature: { header: 'X-Signature-Ed25519', encoding: 'hex' },
    timestamp: { header: 'X-Signature-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
    signed: ['{timestamp}', '{body}'],
    secret: { encoding: 'hex' },
  }),
  defineProvider({
    name: 'sendgrid',
    algorithm: 'ecdsa-p256-sha256',
    signature: { header: 'X-Twilio-Email-Event-Webhook-Signature', encoding: 'base64' },
    timestamp: {
      header: 'X-Twilio-Email-Event-Webhook-Timestamp',
      unit: 'seconds',
      toleranceSeconds: 300,
    },
    signed: ['{timestamp}', '{body}'],
    secret: { encoding: 'base64' },
  }),
  tokenProvider({ name: 'auth0', header: 'Authorization' }),
  tokenProvider({ name: 'gitlab-token', header: 'X-Gitlab-Token' }),
  tokenProvider({ name: 'telegram', header: 'X-Telegram-Bot-Api-Secret-Token' }),
];

export const moreProviders: Readonly<Record<string, Provider>> = Object.fromEntries(
  MORE.map((provider) => [provider.name, provider]),
);
