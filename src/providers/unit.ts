import { defineProvider } from '../core/define-provider';

/** Unit: base64 of the body's HMAC-SHA1; a delivery holds several events. */
export const unit = defineProvider({
  name: 'unit',
  docs: 'https://www.unit.co/docs/api/webhooks/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Unit-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'data.[].id' },
  event: { body: 'data.[].type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
