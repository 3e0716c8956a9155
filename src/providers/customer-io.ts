import { defineProvider } from '../core/define-provider';

/** Customer.io reporting webhooks: version, time and body. */
export const customerIo = defineProvider({
  name: 'customer-io',
  group: 'messaging',
  docs: 'https://customer.io/docs/journeys/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-cio-signature', encoding: 'hex' },
  timestamp: { header: 'x-cio-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['v0:', '{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: ['object_type', 'metric'] },
  methods: ['POST'],
  duplicates: { key: 'id' },
  handlerTimeoutMs: 3_500,
  retries: { hours: 168, source: 'https://customer.io/docs/journeys/webhooks/' },
  alsoSends: 'later webhooks wait behind one that fails',
  refusal: { status: 401 },
});
