import { defineProvider } from '../core/define-provider';

/**
 * Polar: Standard Webhooks. A secret that it made since 8 September 2026 is base64 behind `whsec_`; any other is text.
 * An older one that begins with `whsec_` is text too: give it as `whsec_` and the base64 of the whole of it.
 */
export const polar = defineProvider({
  name: 'polar',
  group: 'payments',
  docs: 'https://docs.polar.sh/integrate/webhooks/delivery',
  algorithm: 'hmac-sha256',
  signature: { header: 'webhook-signature', items: ' ', assign: ',', key: 'v1', encoding: 'base64' },
  timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64', prefix: 'whsec_', otherwise: 'utf8' },
  id: { header: 'webhook-id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  handlerTimeoutMs: 9_000,
  retries: { hours: 0.57, signed: 'anew', source: 'https://docs.polar.sh/integrate/webhooks/delivery' },
  alsoSends: '10 failures in a row disable the endpoint',
  refusal: { status: 403 },
});
