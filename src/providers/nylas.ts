import { defineProvider } from '../core/define-provider';

/** Nylas, version 3: it tries the address by a challenge. */
export const nylas = defineProvider({
  name: 'nylas',
  group: 'email',
  docs: 'https://developer.nylas.com/docs/v3/notifications/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Nylas-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  handshakes: [{ when: { method: 'GET' }, answer: { echo: 'challenge' } }],
  handlerTimeoutMs: 9_000,
  retries: {
    hours: 0.33,
    signed: 'once',
    source: 'https://developer.nylas.com/docs/cookbook/use-cases/build/retry-failed-webhooks/',
  },
  alsoSends: 'its check of the address by GET, which is answered; kinds with the suffix .truncated',
  refusal: { status: 401 },
});
