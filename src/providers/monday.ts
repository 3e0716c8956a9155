import { makeJwtProvider } from './jwt';

/** monday.com apps: a token for the address that says nothing of the body, which is in `webhook.unsigned`. */
export const monday = makeJwtProvider({
  name: 'monday',
  group: 'work',
  docs: 'https://developer.monday.com/apps/docs/authorization-header',
  token: { header: 'Authorization' },
  algorithms: ['HS256'],
  claims: { aud: { of: 'url' } },
  expires: true,
  event: { body: 'event.type' },
  methods: ['POST'],
  handshakes: [
    {
      when: { method: 'POST', content: 'json', only: ['challenge'] },
      answer: { json: { challenge: '{challenge}' } },
    },
  ],
  retries: { source: 'https://developer.monday.com/apps/docs/authorization-header' },
});
