import { defineProvider } from '../core/define-provider';

/** ElevenLabs: time and signature in one header. */
export const elevenlabs = defineProvider({
  name: 'elevenlabs',
  group: 'ai',
  docs: 'https://elevenlabs.io/docs/product-guides/administration/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'ElevenLabs-Signature', items: ',', assign: '=', key: 'v0', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 1800 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  retries: { source: 'https://elevenlabs.io/docs/product-guides/administration/webhooks' },
  alsoSends: 'audio in base64 (post_call_audio), for which bodyLimit may have to grow',
  refusal: { status: 401 },
});
