import { defineProvider } from '../core/define-provider';

/** QuickBooks: base64 of the body's HMAC; a delivery holds several CloudEvents. */
export const quickbooks = defineProvider({
  name: 'quickbooks',
  group: 'finance',
  docs: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'intuit-signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: '[].id' },
  event: { body: '[].type' },
  methods: ['POST'],
  handlerTimeoutMs: 2_500,
  retries: {
    signed: 'once',
    source: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/best-practices',
  },
  alsoSends:
    'CloudEvents, or the older eventNotifications, which name no event here; it goes on every 6 hours after the first tries',
  refusal: { status: 401 },
});
