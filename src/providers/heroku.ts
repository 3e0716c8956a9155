import { defineProvider } from '../core/define-provider';

/** Heroku app webhooks: base64 of the body's HMAC. */
export const heroku = defineProvider({
  name: 'heroku',
  docs: 'https://devcenter.heroku.com/articles/app-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Heroku-Webhook-Hmac-SHA256', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: ['resource', 'action'] },
  methods: ['POST'],
  refusal: { status: 401 },
});
