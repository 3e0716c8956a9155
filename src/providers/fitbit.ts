import { defineProvider } from '../core/define-provider';

/** Fitbit: HMAC-SHA1 of a list of changes; the key is the client secret and an ampersand. */
export const fitbit = defineProvider({
  name: 'fitbit',
  docs: 'https://dev.fitbit.com/build/reference/web-api/developer-guide/using-subscriptions/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Fitbit-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: '[].collectionType' },
  methods: ['POST'],
  handlerTimeoutMs: 4_500,
  refusal: { status: 401 },
});
