import { defineProvider } from '../core/define-provider';

/** Sinch Conversation: body, nonce and time. */
export const sinchConversation = defineProvider({
  name: 'sinch-conversation',
  group: 'messaging',
  docs: 'https://developers.sinch.com/docs/conversation/callbacks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-sinch-webhook-signature', encoding: 'base64' },
  timestamp: { header: 'x-sinch-webhook-signature-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{body}', '.', '{id}', '.', '{timestamp}'],
  secret: { encoding: 'utf8' },
  id: { header: 'x-sinch-webhook-signature-nonce' },
  methods: ['POST'],
  retries: { source: 'https://developers.sinch.com/docs/conversation/callbacks' },
  alsoSends: 'other Sinch products sign otherwise; which field the payload has tells the kind',
  refusal: { status: 401 },
});
