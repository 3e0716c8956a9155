import { defineProvider } from '../core/define-provider';

/** Recurly, webhooks in JSON: the time and a signature for each live key, without names. */
export const recurly = defineProvider({
  name: 'recurly',
  group: 'payments',
  docs: 'https://docs.recurly.com/recurly-subscriptions/docs/signature-verification',
  algorithm: 'hmac-sha256',
  signature: { header: 'recurly-signature', items: ',', encoding: 'hex' },
  timestamp: { field: 'first', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: ['object_type', 'event_type'] },
  methods: ['POST'],
  retries: { source: 'https://docs.recurly.com/recurly-subscriptions/docs/signature-verification' },
  refusal: { status: 401 },
});
