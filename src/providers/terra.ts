import { defineProvider } from '../core/define-provider';

/** Terra: time and signature in one header. */
export const terra = defineProvider({
  name: 'terra',
  group: 'health',
  docs: 'https://docs.tryterra.co/health-and-fitness-api/integration-setup/setting-up-data-destinations/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'terra-signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  retries: {
    hours: 8.53,
    source:
      'https://docs.tryterra.co/health-and-fitness-api/integration-setup/setting-up-data-destinations/webhooks',
  },
  alsoSends: 'large payloads as a link',
  refusal: { status: 401 },
});
