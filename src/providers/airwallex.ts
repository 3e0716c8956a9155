import { defineProvider } from '../core/define-provider';

/** Airwallex: time and body without a mark between them; 13 digits keep the border. */
export const airwallex = defineProvider({
  name: 'airwallex',
  group: 'payments',
  docs: 'https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-signature', encoding: 'hex' },
  timestamp: { header: 'x-timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'name' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { hours: 72, source: 'https://www.airwallex.com/docs/developer-tools/webhooks/webhooks-overview' },
  alsoSends: 'only 200 counts',
  refusal: { status: 401 },
});
