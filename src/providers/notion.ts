import { defineProvider } from '../core/define-provider';

/** Notion: the token of the first request is the secret. */
export const notion = defineProvider({
  name: 'notion',
  docs: 'https://developers.notion.com/reference/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Notion-Signature', prefix: 'sha256=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
