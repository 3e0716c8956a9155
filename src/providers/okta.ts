import { tokenProvider } from '../core/token-provider';

/** Okta event hooks: a static text in the header that the hook is given as `authField`, `Authorization` by default. It tries the address by GET. */
export const okta = tokenProvider({
  name: 'okta',
  group: 'identity',
  docs: 'https://developer.okta.com/docs/concepts/event-hooks/',
  header: 'Authorization',
  id: { body: 'eventId' },
  event: { body: 'data.events.[].eventType' },
  duplicates: { key: 'id' },
  methods: ['POST'],
  handshakes: [
    {
      when: { method: 'GET' },
      answer: { json: { verification: '{header:X-Okta-Verification-Challenge}' } },
    },
  ],
  handlerTimeoutMs: 2_500,
  retries: { source: 'https://developer.okta.com/docs/concepts/event-hooks/' },
  refusal: { status: 401 },
});
