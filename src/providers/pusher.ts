import { defineProvider } from '../core/define-provider';

/** Pusher Channels: a delivery holds several events. */
export const pusher = defineProvider({
  name: 'pusher',
  docs: 'https://pusher.com/docs/channels/server_api/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Pusher-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'events.[].name' },
  methods: ['POST'],
  refusal: { status: 401 },
});
