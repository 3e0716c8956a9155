import { defineProvider } from '../core/define-provider';

/** Mercury (banking): time and body; the secret is base64. */
export const mercury = defineProvider({
  name: 'mercury',
  group: 'finance',
  docs: 'https://docs.mercury.com/reference/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Mercury-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64' },
  id: { body: 'id' },
  event: { body: ['resourceType', 'operationType'] },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { source: 'https://docs.mercury.com/reference/webhooks' },
  refusal: { status: 401 },
});
