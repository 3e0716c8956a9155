import { defineProvider } from '../core/define-provider';

/** QuickBooks: base64 of the body's HMAC. */
export const quickbooks = defineProvider({
  name: 'quickbooks',
  docs: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'intuit-signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  methods: ['POST'],
  refusal: { status: 401 },
});
