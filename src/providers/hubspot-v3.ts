import { defineProvider } from '../core/define-provider';

/**
 * HubSpot, version 3: method, address, body and time. Of the percent-encodings in the address it decodes twelve before it
 * signs; see https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation.
 */
export const hubspotV3 = defineProvider({
  name: 'hubspot-v3',
  group: 'support',
  docs: 'https://developers.hubspot.com/docs/api/webhooks/validating-requests',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-HubSpot-Signature-v3', encoding: 'base64' },
  timestamp: { header: 'X-HubSpot-Request-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{method}', '{url}', '{body}', '{timestamp}'],
  address: { unescaped: ":/?@!$'()*,;" },
  secret: { encoding: 'utf8' },
  // `attemptNumber` in the body grows with each try, and the `eventId` alone may recur. See
  // https://developers.hubspot.com/docs/apps/legacy-apps/public-apps/create-generic-webhook-subscriptions.
  id: { body: ['[].eventId', '[].subscriptionId', '[].objectId', '[].occurredAt'] },
  event: { body: '[].subscriptionType' },
  methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
  duplicates: { key: 'id' },
  handlerTimeoutMs: 4_500,
  retries: { hours: 24, signed: 'anew', source: 'https://developers.hubspot.com/docs/api/webhooks' },
  alsoSends:
    'up to 100 events in one delivery: a later try of one with several is not known as a copy; cards and actions of workflows',
  refusal: { status: 401 },
});
