import { makeJwtProvider } from './jwt';

/** LiveKit: a token with the digest of the body; the option `secret` is the API key and its secret, `APIx:secret`. */
export const livekit = makeJwtProvider({
  name: 'livekit',
  group: 'messaging',
  docs: 'https://docs.livekit.io/home/server/webhooks/',
  token: { header: 'Authorization' },
  algorithms: ['HS256'],
  owner: { pattern: /^[A-Za-z0-9_-]{1,128}$/, example: 'APIxxxxxxxxxxxx' },
  claims: { iss: { of: 'owner' } },
  digests: [{ claim: 'sha256', of: 'body', encoding: 'base64' }],
  expires: true,
  id: { body: 'id' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: { source: 'https://docs.livekit.io/home/server/webhooks/' },
  duplicates: { key: 'id' },
});
