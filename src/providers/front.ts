import { defineProvider } from '../core/define-provider';

/** Front applications: time and body. */
export const front = defineProvider({
  name: 'front',
  group: 'support',
  docs: 'https://dev.frontapp.com/docs/application-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Front-Signature', encoding: 'base64' },
  timestamp: { header: 'X-Front-Request-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  // It refuses an address that does not repeat the header.
  handshakes: [{ when: { body: { type: 'sync' } }, answer: { echo: 'header:X-Front-Challenge' } }],
  retries: { source: 'https://dev.frontapp.com/docs/application-webhooks' },
  alsoSends:
    'a signed check of the address (sync), which is answered; rule webhooks sign otherwise and are refused',
  refusal: { status: 401 },
});
