import { defineProvider } from '../core/define-provider';

/** Kontent.ai: body only, with line breaks of its own; several notifications in one delivery. */
export const kontent = defineProvider({
  name: 'kontent',
  group: 'content',
  docs: 'https://kontent.ai/learn/docs/webhooks/javascript',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Kontent-ai-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'notifications.[].message.action' },
  methods: ['POST'],
  // Published again without a change, it has the same body, and there is no id.
  duplicates: false,
  retries: { signed: 'once', source: 'https://kontent.ai/learn/docs/webhooks/javascript' },
  alsoSends: 'legacy webhooks sign in X-KC-Signature and have another body: not taken',
  refusal: { status: 401 },
});
