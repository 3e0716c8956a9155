import { defineProvider } from '../core/define-provider';

/** Meta (WhatsApp, Messenger, Instagram): body as sent; several changes in one delivery. */
export const meta = defineProvider({
  name: 'meta',
  docs: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hub-Signature-256', prefix: 'sha256=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'entry.[].changes.[].field' },
  methods: ['POST'],
  handshakes: [
    {
      when: { method: 'GET', query: { 'hub.mode': 'subscribe' } },
      token: 'hub.verify_token',
      answer: { echo: 'hub.challenge' },
    },
  ],
  refusal: { status: 403 },
});
