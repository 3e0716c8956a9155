import { defineProvider } from '../core/define-provider';

/** Knock: time and signature in one header; the signature may hold an equals sign. */
export const knock = defineProvider({
  name: 'knock',
  group: 'messaging',
  docs: 'https://docs.knock.app/developer-tools/outbound-webhooks/overview',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-knock-signature', items: ',', assign: '=', key: 's', encoding: 'base64' },
  timestamp: { field: 't', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  retries: { source: 'https://docs.knock.app/developer-tools/outbound-webhooks/overview' },
  refusal: { status: 401 },
});
