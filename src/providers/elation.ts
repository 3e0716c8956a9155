import { defineProvider } from '../core/define-provider';

/** Elation Health: Ed25519 over the body. */
export const elation = defineProvider({
  name: 'elation',
  group: 'health',
  docs: 'https://docs.elationhealth.com/reference/webhooks',
  algorithm: 'ed25519',
  signature: { header: 'El8-Ed25519-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'base64' },
  id: { body: 'event_id' },
  event: { body: 'action' },
  methods: ['POST'],
  retries: { hours: 72, signed: 'once', source: 'https://docs.elationhealth.com/reference/webhooks' },
  alsoSends: 'only 200 counts',
  refusal: { status: 401 },
});
