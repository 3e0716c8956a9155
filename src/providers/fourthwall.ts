import { defineProvider } from '../core/define-provider';

/** Fourthwall: base64 of the body's HMAC. */
export const fourthwall = defineProvider({
  name: 'fourthwall',
  group: 'commerce',
  docs: 'https://docs.fourthwall.com/webhooks/signature-verification',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Fourthwall-Hmac-SHA256', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  handlerTimeoutMs: 4_500,
  retries: { signed: 'once', source: 'https://docs.fourthwall.com/webhooks/retry-policies' },
  alsoSends: 'platform apps sign in X-Fourthwall-Hmac-Apps-SHA256 with another key: not taken',
  refusal: { status: 401 },
});
