import { defineProvider } from '../core/define-provider';

/** HubSpot, version 1: a plain digest of secret and body, which can be extended; prefer version 3. */
export const hubspotV1 = defineProvider({
  name: 'hubspot-v1',
  group: 'support',
  docs: 'https://developers.hubspot.com/docs/api/webhooks/validating-requests',
  algorithm: 'sha256',
  signature: { header: 'X-HubSpot-Signature', encoding: 'hex' },
  signed: ['{secret}', '{body}'],
  secret: { encoding: 'utf8' },
  // `attemptNumber` in the body grows with each try, and the `eventId` alone may recur. See
  // https://developers.hubspot.com/docs/apps/legacy-apps/public-apps/create-generic-webhook-subscriptions.
  id: { body: ['[].eventId', '[].subscriptionId', '[].objectId', '[].occurredAt'] },
  event: { body: '[].subscriptionType' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  handlerTimeoutMs: 4_500,
  retries: { hours: 24, signed: 'anew', source: 'https://developers.hubspot.com/docs/api/webhooks' },
  alsoSends: 'up to 100 events in one delivery: a later try of one with several is not known as a copy',
  refusal: { status: 401 },
});
