import { defineProvider } from '../core/define-provider';

/** Polar: Standard Webhooks with the secret used as text. */
export const polar = defineProvider({
  name: 'polar',
  docs: 'https://docs.polar.sh/integrate/webhooks/delivery',
  algorithm: 'hmac-sha256',
  signature: { header: 'webhook-signature', items: ' ', assign: ',', key: 'v1', encoding: 'base64' },
  timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'webhook-id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  refusal: { status: 403 },
});
