import { defineProvider } from '../core/define-provider';

/** Paddle Billing: a window of 5 seconds; several signatures while a secret is replaced. */
export const paddle = defineProvider({
  name: 'paddle',
  docs: 'https://developer.paddle.com/webhooks/signature-verification',
  algorithm: 'hmac-sha256',
  signature: { header: 'Paddle-Signature', items: ';', assign: '=', key: 'h1', encoding: 'hex' },
  timestamp: { field: 'ts', unit: 'seconds', toleranceSeconds: 5 },
  signed: ['{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'event_id' },
  event: { body: 'event_type' },
  methods: ['POST'],
  duplicates: { key: 'id', ttlSeconds: 3 * 86_400 },
  handlerTimeoutMs: 4_500,
  refusal: { status: 401 },
});
