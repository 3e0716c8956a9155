import { defineProvider } from '../core/define-provider';

/** Shippo: time and signature in one header. */
export const shippo = defineProvider({
  name: 'shippo',
  group: 'commerce',
  docs: 'https://docs.goshippo.com/docs/tracking/webhooksecurity/',
  algorithm: 'hmac-sha256',
  signature: { header: 'Shippo-Auth-Signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  handlerTimeoutMs: 2_500,
  retries: { hours: 0, signed: 'once', source: 'https://docs.goshippo.com/docs/tracking/webhooksecurity/' },
  alsoSends: 'HMAC is switched on by its support; else a token is in the address',
  refusal: { status: 401 },
});
