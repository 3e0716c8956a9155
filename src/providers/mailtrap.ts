import { defineProvider } from '../core/define-provider';

/** Mailtrap: a delivery holds several events. */
export const mailtrap = defineProvider({
  name: 'mailtrap',
  docs: 'https://docs.mailtrap.io/email-api-smtp/advanced/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Mailtrap-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'events.[].event_id' },
  event: { body: 'events.[].event' },
  methods: ['POST'],
  refusal: { status: 401 },
});
