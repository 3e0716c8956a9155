import { defineProvider } from '../core/define-provider';

/** GoCardless: a delivery holds several events. */
export const gocardless = defineProvider({
  name: 'gocardless',
  group: 'payments',
  docs: 'https://developer.gocardless.com/api-reference/#webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Webhook-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'meta.webhook_id' },
  event: { body: 'events.[].action' },
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  retries: {
    signed: 'once',
    source: 'https://support.gocardless.com/hc/en-nz/articles/360000989989-Webhook-retries-failures',
  },
  alsoSends: 'up to 250 events in one delivery',
  refusal: { status: 401 },
});
