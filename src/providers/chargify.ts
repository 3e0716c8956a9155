import { defineProvider } from '../core/define-provider';

/** Chargify (Maxio Advanced Billing): a form with brackets in its names; the key is that of the site. */
export const chargify = defineProvider({
  name: 'chargify',
  group: 'payments',
  docs: 'https://docs.maxio.com/hc/en-us/articles/24266143173901-Webhooks-Reference',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Chargify-Webhook-Signature-Hmac-Sha-256', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Chargify-Webhook-Id' },
  event: { body: 'event' },
  content: 'form',
  nestedForm: true,
  methods: ['POST'],
  retries: { source: 'https://docs.maxio.com/hc/en-us/articles/24266143173901-Webhooks-Reference' },
  refusal: { status: 401 },
});
