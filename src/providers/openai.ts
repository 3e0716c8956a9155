import { defineProvider } from '../core/define-provider';

/** OpenAI: Standard Webhooks; a signature without its version counts, and a secret without prefix is text. */
export const openai = defineProvider({
  name: 'openai',
  group: 'ai',
  docs: 'https://platform.openai.com/docs/guides/webhooks',
  algorithm: 'hmac-sha256',
  signature: {
    header: 'webhook-signature',
    items: ' ',
    assign: ',',
    key: 'v1',
    bare: true,
    encoding: 'base64',
  },
  timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64', prefix: 'whsec_', otherwise: 'utf8' },
  id: { header: 'webhook-id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: {
    hours: 72,
    source: 'https://hookdeck.com/webhooks/platforms/guide-to-openai-webhooks-features-and-best-practices',
  },
  refusal: { status: 401 },
});
