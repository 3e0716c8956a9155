import { defineProvider } from '../core/define-provider';

/** GoCardless: a delivery holds several events. */
export const gocardless = defineProvider({
  name: 'gocardless',
  docs: 'https://developer.gocardless.com/api-reference/#webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Webhook-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'meta.webhook_id' },
  event: { body: 'events.[].action' },
  methods: ['POST'],
  refusal: { status: 401 },
});
