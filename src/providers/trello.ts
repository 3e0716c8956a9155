import { defineProvider } from '../core/define-provider';

/** Trello: HMAC-SHA1 of the body and the callback address as it was registered. */
export const trello = defineProvider({
  name: 'trello',
  group: 'work',
  docs: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Trello-Webhook', encoding: 'base64' },
  signed: ['{body}', '{url}'],
  secret: { encoding: 'utf8' },
  id: { body: 'action.id' },
  event: { body: 'action.type' },
  methods: ['POST'],
  handshakes: [{ when: { method: 'HEAD' }, answer: {} }],
  retries: {
    signed: 'once',
    source: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  },
  alsoSends: 'HEAD at set-up',
  refusal: { status: 401 },
});
