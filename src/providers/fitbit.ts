import { defineProvider } from '../core/define-provider';

/** Fitbit: HMAC-SHA1 of a list of changes; the key is the client secret and an ampersand. */
export const fitbit = defineProvider({
  name: 'fitbit',
  group: 'health',
  docs: 'https://dev.fitbit.com/build/reference/web-api/developer-guide/using-subscriptions/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Fitbit-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: '[].collectionType' },
  methods: ['POST'],
  // Its site asks twice, with the right code and with a wrong one, which must be answered 404.
  handshakes: [{ when: { method: 'GET' }, token: 'verify', wrongToken: 404, answer: { status: 204 } }],
  acknowledge: { status: 204 },
  handlerTimeoutMs: 4_500,
  retries: {
    signed: 'once',
    source: 'https://dev.fitbit.com/build/reference/web-api/developer-guide/using-subscriptions/',
  },
  alsoSends:
    'its check of the address by GET, which is answered; bodies in XML or multipart by a setting of older applications are refused',
  refusal: { status: 401 },
});
