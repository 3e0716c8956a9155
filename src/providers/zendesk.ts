import { defineProvider } from '../core/define-provider';

/** Zendesk: time and body without a mark between them; the secret is used as text. */
export const zendesk = defineProvider({
  name: 'zendesk',
  group: 'support',
  docs: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-zendesk-webhook-signature', encoding: 'base64' },
  timestamp: { header: 'x-zendesk-webhook-signature-timestamp', unit: 'rfc3339', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id', header: 'X-Zendesk-Webhook-Invocation-Id' },
  event: { body: 'type' },
  methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
  duplicates: { key: 'id' },
  retries: {
    source: 'https://developer.zendesk.com/documentation/webhooks/creating-and-monitoring-webhooks',
  },
  alsoSends:
    'webhooks of triggers and automations by any method, whose body you write; XML and forms are refused; tests before the webhook is saved are signed with a public secret and are refused',
  refusal: { status: 401 },
});
