import { defineProvider } from '../core/define-provider';

/** MailerLite: a delivery may hold several events. */
export const mailerlite = defineProvider({
  name: 'mailerlite',
  docs: 'https://developers.mailerlite.com/docs/webhooks.html',
  algorithm: 'hmac-sha256',
  signature: { header: 'Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'events.[].type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
