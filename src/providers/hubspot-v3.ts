import { defineProvider } from '../core/define-provider';

/**
 * HubSpot, version 3: method, address, body and time. Of the percent-encodings in the address it decodes twelve before it
 * signs; see https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation.
 */
export const hubspotV3 = defineProvider({
  name: 'hubspot-v3',
  docs: 'https://developers.hubspot.com/docs/api/webhooks/validating-requests',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-HubSpot-Signature-v3', encoding: 'base64' },
  timestamp: { header: 'X-HubSpot-Request-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{method}', '{url}', '{body}', '{timestamp}'],
  address: { unescaped: ":/?@!$'()*,;" },
  secret: { encoding: 'utf8' },
  id: { body: '[].eventId' },
  event: { body: '[].subscriptionType' },
  methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
  handlerTimeoutMs: 4_500,
  refusal: { status: 401 },
});
