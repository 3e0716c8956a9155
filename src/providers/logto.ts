import { defineProvider } from '../core/define-provider';

/** Logto: hexadecimal HMAC of the body. */
export const logto = defineProvider({
  name: 'logto',
  group: 'identity',
  docs: 'https://docs.logto.io/developers/webhooks/secure-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'logto-signature-sha-256', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: {
    signed: 'once',
    stopsAt: [400, 401, 403, 404, 410],
    source: 'https://docs.logto.io/developers/webhooks/configure-webhooks',
  },
  alsoSends: 'test payloads, one for each event that is chosen',
  refusal: { status: 401 },
});
