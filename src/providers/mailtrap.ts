import { defineProvider } from '../core/define-provider';

/** Mailtrap: a delivery holds several events. */
export const mailtrap = defineProvider({
  name: 'mailtrap',
  group: 'email',
  docs: 'https://docs.mailtrap.io/email-api-smtp/advanced/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Mailtrap-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'events.[].event_id' },
  event: { body: 'events.[].event' },
  methods: ['POST'],
  retries: {
    hours: 3.33,
    signed: 'once',
    source: 'https://docs.mailtrap.io/developers/webhooks/json-lines-handler',
  },
  alsoSends: 'JSON Lines, by setting, which are refused: choose JSON',
  refusal: { status: 401 },
});
