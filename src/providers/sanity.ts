import { defineProvider } from '../core/define-provider';

/** Sanity: any method; what the body holds is the projection of the webhook. */
export const sanity = defineProvider({
  name: 'sanity',
  docs: 'https://www.sanity.io/docs/content-lake/webhook-best-practices',
  algorithm: 'hmac-sha256',
  signature: {
    header: 'sanity-webhook-signature',
    items: ',',
    assign: '=',
    key: 'v1',
    encoding: 'base64url',
  },
  timestamp: { field: 't', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'idempotency-key' },
  event: { header: 'sanity-operation' },
  methods: ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'],
  refusal: { status: 401 },
});
