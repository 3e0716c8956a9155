import { defineProvider } from '../core/define-provider';

/**
 * Slack: events as JSON, commands and interactions as forms. It waits 3 seconds. The event is that of the Events API
 * (`message`), the slash command (`/weather`), or the type of an interaction (`block_actions`), whose JSON in the field
 * `payload` is the payload. See https://docs.slack.dev/interactivity/implementing-slash-commands and
 * https://docs.slack.dev/reference/interaction-payloads.
 */
export const slack = defineProvider({
  name: 'slack',
  group: 'messaging',
  docs: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Slack-Signature', prefix: 'v0=', encoding: 'hex' },
  timestamp: { header: 'X-Slack-Request-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['v0:', '{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: 'event.type', or: [{ body: 'command' }, { body: 'type' }] },
  methods: ['POST'],
  content: 'json-or-form',
  formField: 'payload',
  formFieldOptional: true,
  handshakes: [{ when: { body: { type: 'url_verification' } }, answer: { echo: 'challenge' } }],
  handlerTimeoutMs: 2_500,
  duplicates: { key: 'id' },
  retries: { hours: 0.1, source: 'https://docs.slack.dev/apis/events-api/' },
  alsoSends: 'slash commands and interactions, which it does not repeat',
  refusal: { status: 401 },
});
