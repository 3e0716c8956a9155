import { defineProvider } from '../core/define-provider';

/** Sanity: any method; what the body holds is the projection of the webhook. */
export const sanity = defineProvider({
  name: 'sanity',
  group: 'content',
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
  retries: {
    hours: 0.017,
    source: 'https://www.sanity.io/docs/changelog/50ec6abf-fe0c-475b-ae72-314148860132.md',
  },
  alsoSends: 'any of its methods, by setting; GET has no body',
  refusal: { status: 401 },
});
