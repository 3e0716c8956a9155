import { defineProvider } from '../core/define-provider';

/** MailerSend: hexadecimal HMAC of the body. */
export const mailersend = defineProvider({
  name: 'mailersend',
  docs: 'https://developers.mailersend.com/api/v1/webhooks.html',
  algorithm: 'hmac-sha256',
  signature: { header: 'Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
