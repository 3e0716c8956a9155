import { defineProvider } from '../core/define-provider';

/** PhonePe: the SHA-256 of `user:password`, which is the secret. It signs nothing. */
export const phonepe = defineProvider({
  name: 'phonepe',
  group: 'payments',
  docs: 'https://developer.phonepe.com/payment-gateway/website-integration/standard-checkout/api-reference/webhook',
  algorithm: 'token',
  signature: { header: 'Authorization', encoding: 'hex' },
  signed: [],
  secret: { encoding: 'utf8', digest: 'sha256' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: {
    source:
      'https://developer.phonepe.com/payment-gateway/website-integration/standard-checkout/api-reference/webhook',
  },
  refusal: { status: 401 },
});
