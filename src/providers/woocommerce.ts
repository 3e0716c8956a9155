import { defineProvider } from '../core/define-provider';

/** WooCommerce: base64 of the body's HMAC. Its unsigned ping is answered: see `core/known-handshakes.ts`. */
export const woocommerce = defineProvider({
  name: 'woocommerce',
  group: 'commerce',
  docs: 'https://woocommerce.com/document/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-WC-Webhook-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-WC-Webhook-Delivery-ID' },
  event: { header: 'X-WC-Webhook-Topic' },
  methods: ['POST'],
  retries: { hours: 0, signed: 'once', source: 'https://woocommerce.com/document/webhooks/' },
  alsoSends:
    'an unsigned ping, which is answered; a 2xx, 301 or 302 counts, and 5 failures in a row disable the webhook',
  refusal: { status: 401 },
});
