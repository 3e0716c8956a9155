import { defineProvider } from '../core/define-provider';

/** Lemon Squeezy: body only. */
export const lemonsqueezy = defineProvider({
  name: 'lemonsqueezy',
  group: 'payments',
  docs: 'https://docs.lemonsqueezy.com/help/webhooks/signing-requests',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'meta.event_name', header: 'X-Event-Name' },
  methods: ['POST'],
  retries: {
    hours: 0.043,
    signed: 'once',
    source: 'https://docs.lemonsqueezy.com/help/webhooks/webhook-requests',
  },
  alsoSends: 'only 200 counts',
  refusal: { status: 401 },
});
