import { defineProvider } from '../core/define-provider';

/** HubSpot, version 1: a plain digest of secret and body, which can be extended; prefer version 3. */
export const hubspotV1 = defineProvider({
  name: 'hubspot-v1',
  docs: 'https://developers.hubspot.com/docs/api/webhooks/validating-requests',
  algorithm: 'sha256',
  signature: { header: 'X-HubSpot-Signature', encoding: 'hex' },
  signed: ['{secret}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: '[].eventId' },
  event: { body: '[].subscriptionType' },
  methods: ['POST'],
  handlerTimeoutMs: 4_500,
  refusal: { status: 401 },
});
