import { defineProvider } from '../core/define-provider';

/** DocuSign Connect: a header with a signature for each key of the account, of which the first eight are read. */
export const docusign = defineProvider({
  name: 'docusign',
  group: 'work',
  docs: 'https://developers.docusign.com/platform/webhooks/connect/hmac/',
  algorithm: 'hmac-sha256',
  signature: {
    header: ['1', '2', '3', '4', '5', '6', '7', '8'].map((index) => `X-DocuSign-Signature-${index}`),
    all: true,
    declares: { 'X-Authorization-Digest': 'HMACSHA256' },
    encoding: 'base64',
  },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: { source: 'https://developers.docusign.com/platform/webhooks/connect/hmac/' },
  refusal: { status: 401 },
});
