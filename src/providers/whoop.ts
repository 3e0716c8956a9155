import { defineProvider } from '../core/define-provider';

/** WHOOP: time and body without a mark between them, signed with the client secret. */
export const whoop = defineProvider({
  name: 'whoop',
  group: 'health',
  docs: 'https://developer.whoop.com/docs/developing/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-WHOOP-Signature', encoding: 'base64' },
  timestamp: { header: 'X-WHOOP-Signature-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'trace_id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { source: 'https://developer.whoop.com/docs/developing/webhooks/' },
  alsoSends: 'partner webhooks sign in WHOOP-Signed: not taken',
  refusal: { status: 401 },
});
