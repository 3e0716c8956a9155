import { defineProvider } from '../core/define-provider';

/** Telehealth (Kairo Connect): body only, no signed time; the event is in the body and repeated in a header. */
export const telehealth = defineProvider({
  name: 'telehealth',
  group: 'health',
  docs: 'https://docs.kairoconnect.com/docs/en/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Telehealth-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Telehealth-Delivery' },
  event: { body: 'event', header: 'X-Telehealth-Event' },
  methods: ['POST'],
  retries: { signed: 'once', source: 'https://docs.kairoconnect.com/docs/en/webhooks' },
  refusal: { status: 401 },
});
