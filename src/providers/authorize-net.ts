import { defineProvider } from '../core/define-provider';

/** Authorize.net: HMAC-SHA512 of the body, written in capitals; the signature key is hexadecimal. */
export const authorizeNet = defineProvider({
  name: 'authorize-net',
  group: 'payments',
  docs: 'https://developer.authorize.net/api/reference/features/webhooks.html',
  algorithm: 'hmac-sha512',
  signature: { header: 'X-ANET-Signature', prefix: 'sha512=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'hex' },
  id: { body: 'notificationId' },
  event: { body: 'eventType' },
  methods: ['POST'],
  retries: { source: 'https://developer.authorize.net/api/reference/features/webhooks.html' },
  refusal: { status: 401 },
});
