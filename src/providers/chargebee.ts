import { basicProvider } from '../core/token-provider';

/** Chargebee: basic authentication, which signs nothing. The secret is `user:password`. */
export const chargebee = basicProvider({
  name: 'chargebee',
  group: 'payments',
  docs: 'https://www.chargebee.com/docs/billing/2.0/site-configuration/webhook_settings',
  id: { body: 'id' },
  event: { body: 'event_type' },
  duplicates: { key: 'id' },
  methods: ['POST'],
  retries: { source: 'https://www.chargebee.com/docs/billing/2.0/site-configuration/webhook_settings' },
  refusal: { status: 401 },
});
