import { defineProvider } from '../core/define-provider';

/** Dub: the secret is the key as text, with whatever stands in front of it. */
export const dub = defineProvider({
  name: 'dub',
  group: 'work',
  docs: 'https://dub.co/docs/webhooks/verify-webhook-requests',
  algorithm: 'hmac-sha256',
  signature: { header: 'Dub-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'event' },
  duplicates: { key: 'id' },
  methods: ['POST'],
  retries: { source: 'https://dub.co/docs/webhooks/verify-webhook-requests' },
  refusal: { status: 401 },
});
