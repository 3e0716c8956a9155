import { defineProvider } from '../core/define-provider';

/** Persona: time and signature in one header; while a secret is replaced two such pairs with a space between them. */
export const persona = defineProvider({
  name: 'persona',
  group: 'payments',
  docs: 'https://docs.withpersona.com/webhooks',
  algorithm: 'hmac-sha256',
  signature: {
    header: 'Persona-Signature',
    items: ',',
    assign: '=',
    key: 'v1',
    groups: ' ',
    encoding: 'hex',
  },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'data.id' },
  event: { body: 'data.attributes.name' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { source: 'https://docs.withpersona.com/webhooks' },
  refusal: { status: 401 },
});
