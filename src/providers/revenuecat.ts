import { defineProvider } from '../core/define-provider';

/** RevenueCat, where signatures are switched on. */
export const revenuecat = defineProvider({
  name: 'revenuecat',
  group: 'payments',
  docs: 'https://www.revenuecat.com/docs/integrations/webhooks',
  algorithm: 'hmac-sha256',
  signature: {
    header: 'X-RevenueCat-Webhook-Signature',
    items: ',',
    assign: '=',
    key: 'v1',
    encoding: 'hex',
  },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event.id' },
  event: { body: 'event.type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { hours: 2.58, source: 'https://www.revenuecat.com/docs/integrations/webhooks' },
  alsoSends: 'TEST, by its button; only 200 counts',
  refusal: { status: 401 },
});
