import { defineProvider } from '../core/define-provider';

/** Logto: hexadecimal HMAC of the body. */
export const logto = defineProvider({
  name: 'logto',
  docs: 'https://docs.logto.io/developers/webhooks/secure-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'logto-signature-sha-256', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  refusal: { status: 401 },
});
