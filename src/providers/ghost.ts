import { defineProvider } from '../core/define-provider';

/** Ghost: signature and time in one header; it waits two seconds. */
export const ghost = defineProvider({
  name: 'ghost',
  group: 'content',
  docs: 'https://docs.ghost.org/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Ghost-Signature', items: ',', assign: '=', key: 'sha256', encoding: 'hex' },
  timestamp: { field: 't', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{body}', '{timestamp}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  handlerTimeoutMs: 1_500,
  retries: { source: 'https://docs.ghost.org/webhooks' },
  alsoSends: 'webhooks without a secret are unsigned and are refused',
  refusal: { status: 401 },
});
