import { defineProvider } from '../core/define-provider';

/** Mautic: base64 of the body's HMAC. */
export const mautic = defineProvider({
  name: 'mautic',
  group: 'email',
  docs: 'https://docs.mautic.org/en/latest/channels/webhooks.html',
  algorithm: 'hmac-sha256',
  signature: { header: 'Webhook-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  methods: ['POST'],
  retries: { source: 'https://docs.mautic.org/en/latest/channels/webhooks.html' },
  refusal: { status: 401 },
});
