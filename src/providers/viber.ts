import { defineProvider } from '../core/define-provider';

/** Viber: hexadecimal HMAC of the body. */
export const viber = defineProvider({
  name: 'viber',
  group: 'messaging',
  docs: 'https://developers.viber.com/docs/api/rest-bot-api/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Viber-Content-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'message_token' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: { hours: 1, signed: 'once', source: 'https://developers.viber.com/docs/faq/' },
  alsoSends: 'webhook, when the address is set; conversation_started may be answered with a message',
  refusal: { status: 401 },
});
