import { defineProvider } from '../core/define-provider';

/** LINE: several events in one delivery; none when its console tries the address. */
export const line = defineProvider({
  name: 'line',
  group: 'messaging',
  docs: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-line-signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'events.[].webhookEventId' },
  event: { body: 'events.[].type' },
  methods: ['POST'],
  handshakes: [{ when: { empty: 'events' }, answer: {} }],
  duplicates: { key: 'id' },
  retries: {
    signed: 'anew',
    source: 'https://developers.line.biz/en/docs/messaging-api/receiving-messages/',
  },
  alsoSends:
    'redelivery, where it is switched on: the body says so, the webhookEventId stays; no events, by the button Verify',
  refusal: { status: 401 },
});
