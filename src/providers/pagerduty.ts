import { defineProvider } from '../core/define-provider';

/** PagerDuty, version 3: several signatures while a secret is replaced. Every 4xx but 429 stops its redelivery. */
export const pagerduty = defineProvider({
  name: 'pagerduty',
  group: 'code',
  docs: 'https://developer.pagerduty.com/docs/webhooks-overview',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-PagerDuty-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event.id' },
  event: { body: 'event.event_type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  handlerTimeoutMs: 4_500,
  retries: {
    hours: 48,
    signed: 'once',
    stopsAt: [400, 401, 403, 404, 409, 410, 413, 415],
    source: 'https://docs.pagerduty.com/developer/webhook-behavior',
  },
  alsoSends:
    'pagey.ping, a signed test; every 4xx but 429 ends the tries, and three in a row disable the subscription for a day',
  refusal: { status: 401 },
});
