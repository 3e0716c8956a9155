import { defineProvider } from '../core/define-provider';

/** Nylas, version 3: it tries the address by a challenge. */
export const nylas = defineProvider({
  name: 'nylas',
  docs: 'https://developer.nylas.com/docs/v3/notifications/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Nylas-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  handshakes: [{ when: { method: 'GET' }, answer: { echo: 'challenge' } }],
  refusal: { status: 401 },
});
