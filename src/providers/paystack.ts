import { defineProvider } from '../core/define-provider';

/** Paystack: HMAC-SHA512 of the body; the key is the secret key of the API. */
export const paystack = defineProvider({
  name: 'paystack',
  group: 'payments',
  docs: 'https://paystack.com/docs/payments/webhooks/',
  algorithm: 'hmac-sha512',
  signature: { header: 'x-paystack-signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: { source: 'https://paystack.com/docs/payments/webhooks/' },
  refusal: { status: 401 },
});
