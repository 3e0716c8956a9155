import { defineProvider } from '../core/define-provider';

/** Mux. */
export const mux = defineProvider({
  name: 'mux',
  group: 'content',
  docs: 'https://www.mux.com/docs/core/verify-webhook-signatures',
  algorithm: 'hmac-sha256',
  signature: { header: 'mux-signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  handlerTimeoutMs: 4_500,
  retries: { hours: 24, source: 'https://mux.com/docs/core/listen-for-webhooks' },
  refusal: { status: 401 },
});
