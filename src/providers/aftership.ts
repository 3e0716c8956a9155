import { defineProvider } from '../core/define-provider';

/** AfterShip: base64 of the body's HMAC. */
export const aftership = defineProvider({
  name: 'aftership',
  group: 'commerce',
  docs: 'https://www.aftership.com/docs/tracking/webhook/webhook-signature',
  algorithm: 'hmac-sha256',
  signature: { header: 'aftership-hmac-sha256', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: {
    hours: 68.3,
    signed: 'once',
    source: 'https://www.aftership.com/docs/tracking/webhook/webhook-overview',
  },
  alsoSends: 'a test event by the button of its settings; only a 2xx counts',
  refusal: { status: 401 },
});
