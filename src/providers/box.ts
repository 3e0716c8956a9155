import { defineProvider } from '../core/define-provider';

/** Box, version 2: a header for each of the two keys of an app; the time is behind the body. */
export const box = defineProvider({
  name: 'box',
  group: 'work',
  docs: 'https://developer.box.com/guides/webhooks/v2/signatures-v2',
  algorithm: 'hmac-sha256',
  signature: {
    header: ['BOX-SIGNATURE-PRIMARY', 'BOX-SIGNATURE-SECONDARY'],
    all: true,
    declares: { 'BOX-SIGNATURE-VERSION': '1', 'BOX-SIGNATURE-ALGORITHM': 'HmacSHA256' },
    encoding: 'base64',
  },
  timestamp: { header: 'BOX-DELIVERY-TIMESTAMP', unit: 'rfc3339', toleranceSeconds: 600 },
  signed: ['{body}', '{timestamp}'],
  secret: { encoding: 'utf8' },
  id: { header: 'BOX-DELIVERY-ID' },
  event: { body: 'trigger' },
  methods: ['POST'],
  retries: { source: 'https://developer.box.com/guides/webhooks/v2/signatures-v2' },
  refusal: { status: 401 },
});
