import { defineProvider } from '../core/define-provider';

/** Retell AI: time and signature in one header, signed with the API key. */
export const retell = defineProvider({
  name: 'retell',
  group: 'messaging',
  docs: 'https://docs.retellai.com/features/secure-webhook',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-retell-signature', items: ',', assign: '=', key: 'd', encoding: 'hex' },
  timestamp: { field: 'v', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{body}', '{timestamp}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  retries: { source: 'https://docs.retellai.com/features/webhook-overview' },
  alsoSends: 'call_inbound, which wants a JSON answer: your handler writes it',
  refusal: { status: 401 },
});
