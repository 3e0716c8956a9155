import { defineProvider } from '../core/define-provider';

/** Standard Webhooks, symmetric (`v1`): the id is signed; the secret is base64 behind `whsec_`. */
export const standardWebhooks = defineProvider({
  name: 'standard-webhooks',
  group: 'standards',
  docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  algorithm: 'hmac-sha256',
  signature: { header: 'webhook-signature', items: ' ', assign: ',', key: 'v1', encoding: 'base64' },
  timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64', prefix: 'whsec_' },
  id: { header: 'webhook-id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: {
    hours: 75.6,
    signed: 'anew',
    stopsAt: [410],
    source: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  },
  refusal: { status: 401 },
});
