import { defineProvider } from '../core/define-provider';

/** Dwolla: hexadecimal HMAC of the body. */
export const dwolla = defineProvider({
  name: 'dwolla',
  docs: 'https://developers.dwolla.com/docs/working-with-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Request-Signature-Sha-256', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'topic' },
  methods: ['POST'],
  refusal: { status: 401 },
});
