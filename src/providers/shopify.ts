import { defineProvider } from '../core/define-provider';

/** Shopify: body only; topic, shop and id are in unsigned headers. */
export const shopify = defineProvider({
  name: 'shopify',
  group: 'commerce',
  docs: 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https',
  algorithm: 'hmac-sha256',
  signature: { header: ['X-Shopify-Hmac-Sha256', 'shopify-hmac-sha256'], encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: ['X-Shopify-Webhook-Id', 'shopify-webhook-id'] },
  event: { header: ['X-Shopify-Topic', 'shopify-topic'] },
  methods: ['POST'],
  // A product saved twice can have the same body.
  duplicates: {
    key: 'signed',
    also: ['X-Shopify-Webhook-Id', 'shopify-webhook-id', 'X-Shopify-Topic', 'shopify-topic'],
  },
  handlerTimeoutMs: 4_500,
  retries: {
    hours: 4,
    signed: 'once',
    source: 'https://shopify.dev/changelog/updates-to-webhook-retry-mechanism',
  },
  refusal: { status: 401 },
});
