import { defineProvider } from '../core/define-provider';

/** Front applications: time and body. */
export const front = defineProvider({
  name: 'front',
  docs: 'https://dev.frontapp.com/docs/application-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Front-Signature', encoding: 'base64' },
  timestamp: { header: 'X-Front-Request-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
