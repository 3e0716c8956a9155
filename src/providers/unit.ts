import { defineProvider } from '../core/define-provider';

/** Unit: base64 of the body's HMAC-SHA1; a delivery holds several events. */
export const unit = defineProvider({
  name: 'unit',
  group: 'finance',
  docs: 'https://www.unit.co/docs/api/webhooks/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Unit-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'data.[].id' },
  event: { body: 'data.[].type' },
  methods: ['POST'],
  // It tries on for up to 7 days, after which it gives the webhook up.
  duplicates: { key: 'signed', ttlSeconds: 7 * 86_400 },
  retries: { signed: 'once', source: 'https://unit.co/docs/api/webhooks' },
  alsoSends:
    'several events in one delivery where "at least once" is set; "at most once" is never tried again',
  refusal: { status: 401 },
});
