import { defineProvider } from '../core/define-provider';

/** Slack: events as JSON, commands and interactions as forms. It waits 3 seconds. */
export const slack = defineProvider({
  name: 'slack',
  docs: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Slack-Signature', prefix: 'v0=', encoding: 'hex' },
  timestamp: { header: 'X-Slack-Request-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['v0:', '{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: 'event.type' },
  methods: ['POST'],
  content: 'json-or-form',
  handshakes: [{ when: { body: { type: 'url_verification' } }, answer: { echo: 'challenge' } }],
  handlerTimeoutMs: 2_500,
  duplicates: { key: 'id' },
  refusal: { status: 401 },
});
