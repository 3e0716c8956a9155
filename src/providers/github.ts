import { defineProvider } from '../core/define-provider';

/** GitHub: body only; event and delivery id are in unsigned headers. JSON, or a form with the JSON in `payload`. */
export const github = defineProvider({
  name: 'github',
  group: 'code',
  docs: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hub-Signature-256', prefix: 'sha256=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-GitHub-Delivery' },
  event: { header: 'X-GitHub-Event' },
  methods: ['POST'],
  content: 'json-or-form',
  formField: 'payload',
  bodyLimit: '25mb',
  handlerTimeoutMs: 9_000,
  duplicates: { key: 'signed', also: ['X-GitHub-Delivery'] }, // two dispatches can have the same body
  retries: {
    hours: 0,
    signed: 'once',
    source: 'https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks',
  },
  refusal: { status: 401 },
});
