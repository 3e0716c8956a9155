import { defineProvider } from '../core/define-provider';

/** MongoDB Atlas alerts: HMAC-SHA1 in base64, by the secret of the webhook. */
export const mongodbAtlas = defineProvider({
  name: 'mongodb-atlas',
  group: 'code',
  docs: 'https://www.mongodb.com/docs/atlas/tutorial/third-party-service-integrations/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-MMS-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { header: 'X-MMS-Event' },
  methods: ['POST'],
  retries: { source: 'https://www.mongodb.com/docs/atlas/tutorial/third-party-service-integrations/' },
  refusal: { status: 401 },
});
