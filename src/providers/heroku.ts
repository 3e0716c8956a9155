import { defineProvider } from '../core/define-provider';

/** Heroku app webhooks: base64 of the body's HMAC. */
export const heroku = defineProvider({
  name: 'heroku',
  group: 'code',
  docs: 'https://devcenter.heroku.com/articles/app-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Heroku-Webhook-Hmac-SHA256', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: ['resource', 'action'] },
  methods: ['POST'],
  retries: { hours: 72, signed: 'once', source: 'https://devcenter.heroku.com/articles/app-webhooks' },
  alsoSends: 'one try alone at the level notify; the hours are of the level sync',
  refusal: { status: 401 },
});
