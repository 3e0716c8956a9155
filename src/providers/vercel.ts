import { defineProvider } from '../core/define-provider';

/** Vercel: HMAC-SHA1 of the body. */
export const vercel = defineProvider({
  name: 'vercel',
  group: 'code',
  docs: 'https://vercel.com/docs/webhooks/webhooks-api',
  algorithm: 'hmac-sha1',
  signature: { header: 'x-vercel-signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { signed: 'once', source: 'https://vercel.com/docs/webhooks/webhooks-api' },
  alsoSends: 'integrations sign with the client secret, account webhooks with a secret of their own',
  refusal: { status: 403 },
});
