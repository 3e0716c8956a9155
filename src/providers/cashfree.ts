import { defineProvider } from '../core/define-provider';

/** Cashfree Payments: time and body without a mark between them; 13 digits keep the border. */
export const cashfree = defineProvider({
  name: 'cashfree',
  docs: 'https://www.cashfree.com/docs/api-reference/vrs/webhook-signature-verification',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-webhook-signature', encoding: 'base64' },
  timestamp: { header: 'x-webhook-timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
