import { defineProvider } from '../core/define-provider';

/** Fireblocks, webhooks of version 1: RSA with SHA-512; the option `secret` is the public key of your environment. */
export const fireblocks = defineProvider({
  name: 'fireblocks',
  group: 'finance',
  docs: 'https://developers.fireblocks.com/reference/verify-requests',
  algorithm: 'rsa-sha512',
  signature: { header: 'Fireblocks-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'base64' },
  event: { body: 'type' },
  methods: ['POST'],
  retries: {
    hours: 8,
    signed: 'once',
    source: 'https://developers.fireblocks.com/reference/webhooks-gettingstarted-responsesretries',
  },
  refusal: { status: 401 },
});
