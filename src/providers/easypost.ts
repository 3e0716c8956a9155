import { defineProvider } from '../core/define-provider';

/** EasyPost: hexadecimal HMAC of the body. */
export const easypost = defineProvider({
  name: 'easypost',
  docs: 'https://docs.easypost.com/guides/webhooks-guide',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hmac-Signature', prefix: 'hmac-sha256-hex=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'description' },
  methods: ['POST'],
  refusal: { status: 401 },
});
