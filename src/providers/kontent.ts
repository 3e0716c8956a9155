import { defineProvider } from '../core/define-provider';

/** Kontent.ai: body only, with line breaks of its own; several notifications in one delivery. */
export const kontent = defineProvider({
  name: 'kontent',
  docs: 'https://kontent.ai/learn/docs/webhooks/javascript',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Kontent-ai-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'notifications.[].message.action' },
  methods: ['POST'],
  // Published again without a change, it has the same body, and there is no id.
  duplicates: false,
  refusal: { status: 401 },
});
