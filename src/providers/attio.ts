import { defineProvider } from '../core/define-provider';

/** Attio: a delivery holds several events. */
export const attio = defineProvider({
  name: 'attio',
  group: 'support',
  docs: 'https://docs.attio.com/rest-api/guides/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: ['Attio-Signature', 'X-Attio-Signature'], encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'Idempotency-Key' },
  event: { body: 'events.[].event_type' },
  methods: ['POST'],
  retries: { hours: 72, signed: 'once', source: 'https://docs.attio.com/rest-api/guides/webhooks' },
  alsoSends: 'the Idempotency-Key is the same at each try',
  refusal: { status: 401 },
});
