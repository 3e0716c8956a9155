import { defineProvider } from '../core/define-provider';

/** Alchemy Notify: each webhook has a signing key of its own. */
export const alchemy = defineProvider({
  name: 'alchemy',
  group: 'finance',
  docs: 'https://www.alchemy.com/docs/reference/notify-api-quickstart',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Alchemy-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  retries: {
    hours: 0.19,
    signed: 'once',
    source: 'https://www.alchemy.com/docs/reference/notify-api-quickstart',
  },
  alsoSends: 'custom webhooks, which it tries up to 5 more times',
  refusal: { status: 401 },
});
