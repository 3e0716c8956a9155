import { defineProvider } from '../core/define-provider';

/** MailerLite: a delivery has one event, or several where the webhook is `batchable`. */
export const mailerlite = defineProvider({
  name: 'mailerlite',
  group: 'email',
  docs: 'https://developers.mailerlite.com/docs/webhooks.html',
  algorithm: 'hmac-sha256',
  signature: { header: 'Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'events.[].type', or: [{ body: 'event' }] },
  methods: ['POST'],
  handlerTimeoutMs: 2_500,
  retries: { hours: 0.31, signed: 'once', source: 'https://developers.mailerlite.com/docs/webhooks' },
  alsoSends: 'several events in one delivery where batchable is set, else one',
  refusal: { status: 401 },
});
