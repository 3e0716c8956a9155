import { makeJwtProvider } from './jwt';

/** Vonage, signed webhooks: a token with the digest of the body, taken for five minutes from its `iat`. */
export const vonage = makeJwtProvider({
  name: 'vonage',
  group: 'messaging',
  docs: 'https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks',
  token: { header: 'Authorization', prefix: 'Bearer ' },
  algorithms: ['HS256'],
  claims: { iss: 'Vonage' },
  digests: [{ claim: 'payload_hash', of: 'body', encoding: 'hex', unlessEmpty: true }],
  issued: true,
  toleranceSeconds: 300,
  idClaim: 'jti',
  methods: ['POST', 'GET'],
  retries: {
    source: 'https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks',
  },
});
