import { makeJwtProvider } from './jwt';

/** Netlify deploy notifications: a token with the digest of the body, without a time. */
export const netlify = makeJwtProvider({
  name: 'netlify',
  group: 'code',
  docs: 'https://docs.netlify.com/site-deploys/notifications/#payload-signature',
  token: { header: 'X-Webhook-Signature' },
  algorithms: ['HS256'],
  claims: { iss: 'netlify' },
  digests: [{ claim: 'sha256', of: 'body', encoding: 'hex' }],
  id: { body: 'id' },
  event: { header: 'X-Netlify-Event' },
  methods: ['POST'],
  retries: { source: 'https://docs.netlify.com/site-deploys/notifications/#payload-signature' },
});
