import { defineProvider } from '../core/define-provider';

/** Tally, where a signing secret is set. */
export const tally = defineProvider({
  name: 'tally',
  docs: 'https://tally.so/help/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'Tally-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'eventId' },
  event: { body: 'eventType' },
  methods: ['POST'],
  refusal: { status: 401 },
});
