import { defineProvider } from '../core/define-provider';

/** Stripe: timestamp and signatures in one header; the secret is used as text, its `whsec_` included. */
export const stripe = defineProvider({
  name: 'stripe',
  group: 'payments',
  docs: 'https://docs.stripe.com/webhooks/signature',
  algorithm: 'hmac-sha256',
  signature: { header: 'Stripe-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id', ttlSeconds: 3 * 86_400 }, // as its retries last
  retries: {
    hours: 72,
    signed: 'anew',
    source: 'https://docs.stripe.com/webhooks/process-undelivered-events',
  },
  refusal: { status: 401 },
});
