import { defineProvider } from '../core/define-provider';

/** Linear: the time is a field of the signed body; the header of that name is not signed. */
export const linear = defineProvider({
  name: 'linear',
  group: 'code',
  docs: 'https://linear.app/developers/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Linear-Signature', encoding: 'hex' },
  timestamp: { body: 'webhookTimestamp', unit: 'milliseconds', toleranceSeconds: 60 },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'Linear-Delivery' },
  event: { body: ['type', 'action'] },
  methods: ['POST'],
  handlerTimeoutMs: 4_500,
  retries: { hours: 7.02, source: 'https://linear.app/developers/webhooks' },
  alsoSends: 'SLA, agent sessions and app users beside data changes; only 200 counts',
  refusal: { status: 401 },
});
