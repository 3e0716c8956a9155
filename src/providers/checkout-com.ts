import { defineProvider } from '../core/define-provider';

/** Checkout.com: hexadecimal HMAC of the body. */
export const checkoutCom = defineProvider({
  name: 'checkout-com',
  group: 'payments',
  docs: 'https://www.checkout.com/docs/developer-resources/webhooks/manage-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Cko-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  retries: { hours: 30, signed: 'once', source: 'https://www.checkout.com/docs/workflows' },
  alsoSends: 'a fixed Authorization header, by configuration',
  refusal: { status: 401 },
});
