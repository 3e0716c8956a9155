import { defineProvider } from '../core/define-provider';

/** Tally, where a signing secret is set. */
export const tally = defineProvider({
  name: 'tally',
  group: 'work',
  docs: 'https://tally.so/help/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Tally-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'eventId' },
  event: { body: 'eventType' },
  methods: ['POST'],
  retries: {
    hours: 31.6,
    signed: 'once',
    source: 'https://developers.tally.so/api-reference/endpoint/webhooks/events/retry',
  },
  refusal: { status: 401 },
});
