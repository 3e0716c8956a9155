import { makeJwtProvider } from './jwt';

/** Upstash QStash: a token with the address and the digest of the body; give the current and the next signing key. */
export const qstash = makeJwtProvider({
  name: 'qstash',
  group: 'code',
  docs: 'https://upstash.com/docs/qstash/howto/signature',
  token: { header: 'Upstash-Signature' },
  algorithms: ['HS256'],
  claims: { iss: 'Upstash', sub: { of: 'url' } },
  digests: [{ claim: 'body', of: 'body', encoding: 'base64url' }],
  expires: true,
  idClaim: 'jti',
  id: { header: 'Upstash-Message-Id' },
  content: 'raw',
  methods: ['POST', 'GET', 'PUT', 'PATCH', 'DELETE'],
  retries: { source: 'https://upstash.com/docs/qstash/howto/signature' },
});
