import { defineProvider } from '../core/define-provider';

/** Fourthwall: base64 of the body's HMAC. */
export const fourthwall = defineProvider({
  name: 'fourthwall',
  docs: 'https://docs.fourthwall.com/webhooks/signature-verification',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Fourthwall-Hmac-SHA256', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
