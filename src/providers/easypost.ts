import { defineProvider } from '../core/define-provider';

/** EasyPost: hexadecimal HMAC of the body. */
export const easypost = defineProvider({
  name: 'easypost',
  group: 'commerce',
  docs: 'https://docs.easypost.com/guides/webhooks-guide',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hmac-Signature', prefix: 'hmac-sha256-hex=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'description' },
  methods: ['POST'],
  retries: { hours: 24, signed: 'once', source: 'https://docs.easypost.com/guides/webhooks-guide' },
  alsoSends: 'X-Hmac-Signature-V2 beside this signature, over time, method, path and body: not looked at',
  refusal: { status: 401 },
});
