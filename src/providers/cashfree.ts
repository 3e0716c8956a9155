import { defineProvider } from '../core/define-provider';

/** Cashfree Payments: time and body without a mark between them; 13 digits keep the border. */
export const cashfree = defineProvider({
  name: 'cashfree',
  group: 'payments',
  docs: 'https://www.cashfree.com/docs/api-reference/vrs/webhook-signature-verification',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-webhook-signature', encoding: 'base64' },
  timestamp: { header: 'x-webhook-timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'x-idempotency-key' },
  event: { body: 'type' },
  methods: ['POST'],
  retries: { source: 'https://www.cashfree.com/docs/api-reference/vrs/webhook-signature-verification' },
  alsoSends: 'some webhooks of its verification suite sign sorted values, which is not taken',
  refusal: { status: 401 },
});
