import { defineProvider } from '../core/define-provider';

/**
 * Square: the address as it is configured there, letter for letter, then the body. See
 * https://developer.squareup.com/docs/webhooks/step3validate.
 */
export const square = defineProvider({
  name: 'square',
  group: 'payments',
  docs: 'https://developer.squareup.com/docs/webhooks/step3validate',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-square-hmacsha256-signature', encoding: 'base64' },
  signed: ['{url}', '{body}'],
  address: { bareOrigin: true },
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id', ttlSeconds: 3 * 86_400 },
  handlerTimeoutMs: 9_000,
  retries: {
    hours: 72,
    signed: 'once',
    source: 'https://developer.squareup.com/docs/webhooks/troubleshooting',
  },
  refusal: { status: 403 },
});
