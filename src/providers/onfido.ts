import { defineProvider } from '../core/define-provider';

/** Onfido: hexadecimal HMAC of the body. */
export const onfido = defineProvider({
  name: 'onfido',
  group: 'identity',
  docs: 'https://documentation.onfido.com/api/latest/#webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-SHA2-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'payload.action' },
  methods: ['POST'],
  retries: { signed: 'once', source: 'https://documentation.onfido.com/api/latest/#webhooks' },
  refusal: { status: 401 },
});
