import { defineProvider } from '../core/define-provider';

/** AfterShip: base64 of the body's HMAC. */
export const aftership = defineProvider({
  name: 'aftership',
  docs: 'https://www.aftership.com/docs/tracking/webhook/webhook-signature',
  algorithm: 'hmac-sha256',
  signature: { header: 'aftership-hmac-sha256', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: 'event' },
  methods: ['POST'],
  refusal: { status: 401 },
});
