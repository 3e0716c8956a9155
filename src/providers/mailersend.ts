import { defineProvider } from '../core/define-provider';

/** MailerSend: hexadecimal HMAC of the body. */
export const mailersend = defineProvider({
  name: 'mailersend',
  group: 'email',
  docs: 'https://developers.mailersend.com/api/v1/webhooks.html',
  algorithm: 'hmac-sha256',
  signature: { header: 'Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  handlerTimeoutMs: 2_500,
  retries: { hours: 0.031, signed: 'once', source: 'https://www.mailersend.com/help/webhooks' },
  alsoSends:
    'webhook.test when a webhook is saved, signed with a public secret: refused here, so answer it in a route of your own, which runs nothing else; SMS webhooks with the same header',
  refusal: { status: 401 },
});
