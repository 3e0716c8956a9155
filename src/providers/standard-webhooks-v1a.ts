import { defineProvider } from '../core/define-provider';

/** Standard Webhooks, asymmetric (`v1a`): Ed25519, the public key behind `whpk_`. */
export const standardWebhooksV1a = defineProvider({
  name: 'standard-webhooks-v1a',
  group: 'standards',
  docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  algorithm: 'ed25519',
  signature: { header: 'webhook-signature', items: ' ', assign: ',', key: 'v1a', encoding: 'base64' },
  timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64', prefix: 'whpk_', privatePrefix: 'whsk_' },
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
