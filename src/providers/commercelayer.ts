import { defineProvider } from '../core/define-provider';

/** Commerce Layer: the body as JSON:API; the key is the shared secret of the webhook. */
export const commercelayer = defineProvider({
  name: 'commercelayer',
  group: 'commerce',
  docs: 'https://docs.commercelayer.io/core/callbacks-security',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-CommerceLayer-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { header: 'X-CommerceLayer-Topic' },
  duplicates: { key: 'signed', also: ['X-CommerceLayer-Topic'] },
  methods: ['POST'],
  retries: { source: 'https://docs.commercelayer.io/core/callbacks-security' },
  refusal: { status: 401 },
});
