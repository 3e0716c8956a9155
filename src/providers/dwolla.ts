import { defineProvider } from '../core/define-provider';

/** Dwolla: hexadecimal HMAC of the body. */
export const dwolla = defineProvider({
  name: 'dwolla',
  group: 'finance',
  docs: 'https://developers.dwolla.com/docs/working-with-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Request-Signature-Sha-256', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'topic' },
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  retries: {
    hours: 72,
    signed: 'once',
    source: 'https://developers.dwolla.com/docs/api-reference/webhook-subscriptions',
  },
  refusal: { status: 401 },
});
