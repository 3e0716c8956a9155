import { defineProvider } from '../core/define-provider';

/** Adyen platform webhooks: the key is hexadecimal. */
export const adyenPlatform = defineProvider({
  name: 'adyen-platform',
  docs: 'https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures',
  algorithm: 'hmac-sha256',
  signature: { header: 'HmacSignature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'hex' },
  event: { body: 'type' },
  methods: ['POST'],
  acknowledge: { status: 200, text: '[accepted]' },
  refusal: { status: 401 },
});
