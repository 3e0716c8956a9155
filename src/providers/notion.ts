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
  duplicates: { key: 'id' }, // the body counts the tries (attempt_number)
  retries: {
    hours: 24,
    signed: 'anew',
    source: 'https://developers.notion.com/reference/webhooks-events-delivery',
  },
  alsoSends:
    'first an unsigned POST with verification_token, which is the secret: refused here, so take it in a route of your own; buttons and automations send unsigned and are refused',
  refusal: { status: 401 },
});
