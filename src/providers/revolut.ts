import { defineProvider } from '../core/define-provider';

/** Revolut Business: several signatures while a secret is replaced. */
export const revolut = defineProvider({
  name: 'revolut',
  group: 'payments',
  docs: 'https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature',
  algorithm: 'hmac-sha256',
  signature: { header: 'Revolut-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { header: 'Revolut-Request-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['v1.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: {
    hours: 0.5,
    source: 'https://developer.revolut.com/docs/guides/manage-accounts/webhooks/manage-webhooks',
  },
  alsoSends: 'Merchant and Business API by the same headers',
  refusal: { status: 401 },
});
