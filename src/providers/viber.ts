import { defineProvider } from '../core/define-provider';

/** Viber: hexadecimal HMAC of the body. */
export const viber = defineProvider({
  name: 'viber',
  docs: 'https://developers.viber.com/docs/api/rest-bot-api/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Viber-Content-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'message_token' },
  event: { body: 'event' },
  methods: ['POST'],
  refusal: { status: 401 },
});
