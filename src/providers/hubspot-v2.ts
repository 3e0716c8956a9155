import { defineProvider } from '../core/define-provider';

/** HubSpot, version 2: a plain digest of secret, method, address and body, for cards and actions of workflows. */
export const hubspotV2 = defineProvider({
  name: 'hubspot-v2',
  group: 'support',
  docs: 'https://developers.hubspot.com/docs/api/webhooks/validating-requests',
  algorithm: 'sha256',
  signature: { header: 'X-HubSpot-Signature', encoding: 'hex' },
  signed: ['{secret}', '{method}', '{url}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: '[].eventId' },
  event: { body: '[].subscriptionType' },
  methods: ['POST', 'GET'],
  // A card asks again, by GET and without a time, whenever it is opened.
  duplicates: false,
  handlerTimeoutMs: 4_500,
  retries: { hours: 24, signed: 'anew', source: 'https://developers.hubspot.com/docs/api/webhooks' },
  alsoSends: 'cards and actions of workflows, whose bodies name neither event nor id',
  refusal: { status: 401 },
});
