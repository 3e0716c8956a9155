import { defineProvider } from '../core/define-provider';

/** Oura: time and body, in capital letters; the key is the client secret. It tries the address by GET. */
export const oura = defineProvider({
  name: 'oura',
  group: 'health',
  docs: 'https://cloud.ouraring.com/v2/docs#tag/Webhook-Subscription-Routes',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-oura-signature', encoding: 'hex' },
  timestamp: { header: 'x-oura-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: ['data_type', 'event_type'] },
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  handshakes: [
    {
      when: { method: 'GET' },
      token: 'verification_token',
      answer: { json: { challenge: '{challenge}' } },
    },
  ],
  retries: { source: 'https://cloud.ouraring.com/v2/docs#tag/Webhook-Subscription-Routes' },
  refusal: { status: 401 },
});
