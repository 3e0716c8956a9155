import { defineProvider } from '../core/define-provider';

/** Wise: RSA; the option `secret` is Wise's public key of production or of the sandbox. The older SHA-1 is not read. */
export const wise = defineProvider({
  name: 'wise',
  group: 'payments',
  docs: 'https://docs.wise.com/features/webhooks-notifications/event-handling',
  algorithm: 'rsa-sha256',
  signature: { header: 'X-Signature-SHA256', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'base64' },
  id: { header: 'X-Delivery-Id' },
  event: { body: 'event_type' },
  methods: ['POST'],
  duplicates: { key: 'signed', ttlSeconds: 1_382_400 },
  handlerTimeoutMs: 4_500,
  retries: {
    hours: 371,
    signed: 'once',
    source: 'https://docs.wise.com/features/webhooks-notifications/event-handling',
  },
  refusal: { status: 401 },
});
