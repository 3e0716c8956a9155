import { defineProvider } from '../core/define-provider';

/** Razorpay: body only; the id is in an unsigned header. */
export const razorpay = defineProvider({
  name: 'razorpay',
  group: 'payments',
  docs: 'https://razorpay.com/docs/webhooks/validate-test/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Razorpay-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Razorpay-Event-Id' },
  event: { body: 'event' },
  methods: ['POST'],
  handlerTimeoutMs: 4_500,
  retries: { hours: 24, signed: 'once', source: 'https://razorpay.com/docs/webhooks/best-practices' },
  alsoSends: 'after a change of the secret, tries signed by the old one for 24 hours',
  refusal: { status: 401 },
});
