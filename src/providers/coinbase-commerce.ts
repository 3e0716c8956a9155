import { defineProvider } from '../core/define-provider';

/** Coinbase Commerce: body only. */
export const coinbaseCommerce = defineProvider({
  name: 'coinbase-commerce',
  group: 'finance',
  docs: 'https://docs.cdp.coinbase.com/commerce/webhooks/webhooks-security',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-CC-Webhook-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event.id' },
  event: { body: 'event.type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: {
    hours: 72,
    signed: 'once',
    source: 'https://docs.cdp.coinbase.com/commerce/webhooks/webhooks-security',
  },
  refusal: { status: 401 },
});
