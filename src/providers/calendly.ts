import { defineProvider } from '../core/define-provider';

/** Calendly: a window of three minutes. */
export const calendly = defineProvider({
  name: 'calendly',
  group: 'work',
  docs: 'https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures',
  algorithm: 'hmac-sha256',
  signature: { header: 'Calendly-Webhook-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 180 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  handlerTimeoutMs: 14_000,
  retries: { hours: 24, source: 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-errors' },
  refusal: { status: 401 },
});
