import { defineProvider } from '../core/define-provider';

/** Xero: tries with good and bad signatures whether the receiver can tell them apart. */
export const xero = defineProvider({
  name: 'xero',
  group: 'finance',
  docs: 'https://developer.xero.com/documentation/guides/webhooks/overview/',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-xero-signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'events.[].eventType' },
  methods: ['POST'],
  handshakes: [{ when: { empty: 'events' }, answer: {} }],
  handlerTimeoutMs: 4_500,
  retries: {
    hours: 24,
    signed: 'once',
    source: 'https://developer.xero.com/documentation/webhooks/configuring-your-server',
  },
  alsoSends:
    'its check of the address with good and bad signatures and no events, which is answered; only 200 counts',
  refusal: { status: 401, empty: true },
});
