import { defineProvider } from '../core/define-provider';

/** Typeform: body only. */
export const typeform = defineProvider({
  name: 'typeform',
  group: 'work',
  docs: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'Typeform-Signature', prefix: 'sha256=', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: 'event_type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { signed: 'once', source: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/' },
  alsoSends: 'form_response and form_response_partial',
  refusal: { status: 401 },
});
