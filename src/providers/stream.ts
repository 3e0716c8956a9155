import { defineProvider } from '../core/define-provider';

/** Stream (getstream.io, chat and feeds): the key is the API secret. A body is signed first and compressed then. */
export const stream = defineProvider({
  name: 'stream',
  group: 'messaging',
  docs: 'https://getstream.io/chat/docs/node/webhooks_overview/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Webhook-Id' },
  event: { body: 'type' },
  compression: 'gzip',
  methods: ['POST'],
  retries: { source: 'https://getstream.io/chat/docs/node/webhooks_overview/' },
  refusal: { status: 401 },
});
