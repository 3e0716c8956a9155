import { defineProvider } from '../core/define-provider';

/** Mollie, next-generation webhooks: the header comes twice for a day while a secret is replaced. The classic ones are not signed. */
export const mollie = defineProvider({
  name: 'mollie',
  group: 'payments',
  docs: 'https://docs.mollie.com/reference/webhooks-new',
  algorithm: 'hmac-sha256',
  signature: {
    header: 'X-Mollie-Signature',
    repeated: true,
    items: ',',
    assign: '=',
    key: 'sha256',
    encoding: 'hex',
  },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  retries: { source: 'https://docs.mollie.com/reference/webhooks-new' },
  refusal: { status: 401 },
});
