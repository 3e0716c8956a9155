import { defineProvider } from '../core/define-provider';

/** Acuity Scheduling: a form, signed with the API key. */
export const acuity = defineProvider({
  name: 'acuity',
  docs: 'https://developers.acuityscheduling.com/docs/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Acuity-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'action' },
  methods: ['POST'],
  content: 'form',
  refusal: { status: 401 },
});
