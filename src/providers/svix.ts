import { defineProvider } from '../core/define-provider';

/** Svix: Standard Webhooks by its own header names, or by the common ones. */
export const svix = defineProvider({
  name: 'svix',
  group: 'standards',
  docs: 'https://docs.svix.com/receiving/verifying-payloads/how',
  algorithm: 'hmac-sha256',
  signature: {
    header: ['svix-signature', 'webhook-signature'],
    items: ' ',
    assign: ',',
    key: 'v1',
    encoding: 'base64',
  },
  timestamp: { header: ['svix-timestamp', 'webhook-timestamp'], unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64', prefix: 'whsec_' },
  id: { header: ['svix-id', 'webhook-id'] },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id', ttlSeconds: 2 * 86_400 },
  handlerTimeoutMs: 14_000,
  retries: { hours: 28, signed: 'anew', source: 'https://docs.svix.com/retries' },
  refusal: { status: 401 },
});
