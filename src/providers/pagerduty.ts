import { defineProvider } from '../core/define-provider';

/** PagerDuty, version 3: several signatures while a secret is replaced. A 403 stops its redelivery. */
export const pagerduty = defineProvider({
  name: 'pagerduty',
  docs: 'https://developer.pagerduty.com/docs/webhooks-overview',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-PagerDuty-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event.id' },
  event: { body: 'event.event_type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  refusal: { status: 401 },
});
