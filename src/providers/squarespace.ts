import { defineProvider } from '../core/define-provider';

/** Squarespace: the secret of the subscription is hexadecimal. */
export const squarespace = defineProvider({
  name: 'squarespace',
  group: 'commerce',
  docs: 'https://developers.squarespace.com/commerce-apis/verify-a-notification',
  algorithm: 'hmac-sha256',
  signature: { header: 'Squarespace-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'hex' },
  id: { body: 'id' },
  event: { body: 'topic' },
  duplicates: { key: 'id' },
  methods: ['POST'],
  retries: { source: 'https://developers.squarespace.com/commerce-apis/verify-a-notification' },
  refusal: { status: 401 },
});
