import { defineProvider } from '../core/define-provider';

/** Paddle Billing: a window of 5 seconds; several signatures while a secret is replaced. */
export const paddle = defineProvider({
  name: 'paddle',
  group: 'payments',
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
  retries: { hours: 72, source: 'https://developer.paddle.com/webhooks/respond-to-webhooks' },
  alsoSends: 'sandbox tries 3 times in 15 minutes; a replay has a new notification_id and the same event_id',
  refusal: { status: 401 },
});
