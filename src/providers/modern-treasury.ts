import { defineProvider } from '../core/define-provider';

/** Modern Treasury: hexadecimal HMAC of the body. */
export const modernTreasury = defineProvider({
  name: 'modern-treasury',
  group: 'finance',
  docs: 'https://docs.moderntreasury.com/platform/docs/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Webhook-ID' },
  event: { header: 'X-Topic' },
  methods: ['POST'],
  handlerTimeoutMs: 4_500,
  retries: { signed: 'once', source: 'https://docs.moderntreasury.com/platform/reference/webhooks' },
  refusal: { status: 401 },
});
