import { defineProvider } from '../core/define-provider';

/** Postal, the mail server: RSA with SHA-1; the option `secret` is the public key of the server, as in its DKIM record. */
export const postal = defineProvider({
  name: 'postal',
  group: 'email',
  docs: 'https://docs.postalserver.io/developer/webhooks',
  algorithm: 'rsa-sha1',
  signature: { header: 'X-Postal-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'base64' },
  id: { body: 'uuid' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: { source: 'https://docs.postalserver.io/developer/webhooks' },
  refusal: { status: 401 },
});
