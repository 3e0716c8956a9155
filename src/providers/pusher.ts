import { defineProvider } from '../core/define-provider';

/** Pusher Channels: a delivery holds several events. */
export const pusher = defineProvider({
  name: 'pusher',
  group: 'messaging',
  docs: 'https://pusher.com/docs/channels/server_api/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Pusher-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'events.[].name' },
  methods: ['POST'],
  handlerTimeoutMs: 3_500,
  retries: {
    hours: 0.083,
    signed: 'once',
    source: 'https://docs.bird.com/pusher/channels/channels/webhooks/channels-webhook-timeouts-and-retries',
  },
  alsoSends: 'Beams is another product with other tries',
  refusal: { status: 401 },
});
