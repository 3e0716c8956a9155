import { defineProvider } from '../core/define-provider';

/** Zendesk: time and body without a mark between them; the secret is used as text. */
export const zendesk = defineProvider({
  name: 'zendesk',
  docs: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-zendesk-webhook-signature', encoding: 'base64' },
  timestamp: { header: 'x-zendesk-webhook-signature-timestamp', unit: 'rfc3339', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  refusal: { status: 401 },
});
