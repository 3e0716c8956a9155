import { defineProvider } from '../core/define-provider';

/** Moneybird: time and signature in one header. */
export const moneybird = defineProvider({
  name: 'moneybird',
  group: 'finance',
  docs: 'https://developer.moneybird.com/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'Moneybird-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'action' },
  methods: ['POST'],
  retries: { source: 'https://developer.moneybird.com/webhooks/' },
  refusal: { status: 401 },
});
