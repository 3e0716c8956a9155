import { defineProvider } from '../core/define-provider';

/** Telnyx: Ed25519 over time and body. */
export const telnyx = defineProvider({
  name: 'telnyx',
  group: 'messaging',
  docs: 'https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks',
  algorithm: 'ed25519',
  signature: { header: 'telnyx-signature-ed25519', encoding: 'base64' },
  timestamp: { header: 'telnyx-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '|', '{body}'],
  secret: { encoding: 'base64' },
  id: { body: 'data.id' },
  event: { body: 'data.event_type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { source: 'https://developers.telnyx.com/docs/voice/programmable-voice/voice-api-webhooks' },
  alsoSends: 'the failover address; by setting GET, and forms for TeXML: not taken',
  refusal: { status: 401 },
});
