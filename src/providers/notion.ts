import { defineProvider } from '../core/define-provider';

/** Notion: the token of its first, unsigned request is the secret, for the option `onSecret`; a person copies it into the form. */
export const notion = defineProvider({
  name: 'notion',
  group: 'work',
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
  handshakes: [
    {
      when: { method: 'POST', content: 'json', only: ['verification_token'] },
      fields: { verification_token: { alphabet: 'token', length: [8, 256] } },
      answer: { secret: 'verification_token' },
    },
  ],
  alsoSends: 'buttons and automations send unsigned and are refused',
  refusal: { status: 401 },
});
