import { defineProvider } from '../core/define-provider';

/** Adyen platform webhooks: the key is hexadecimal. */
export const adyenPlatform = defineProvider({
  name: 'adyen-platform',
  group: 'payments',
  docs: 'https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures',
  algorithm: 'hmac-sha256',
  signature: { header: 'HmacSignature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'hex' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'signed', ttlSeconds: 30 * 86_400 },
  acknowledge: { status: 200, text: '[accepted]' },
  retries: {
    hours: 30 * 24,
    signed: 'once',
    source: 'https://docs.adyen.com/development-resources/webhooks/troubleshoot',
  },
  refusal: { status: 401 },
});
