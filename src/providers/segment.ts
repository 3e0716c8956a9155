import { defineProvider } from '../core/define-provider';

/** Segment: HMAC-SHA1 of one event; a batch is signed by its first event only and is refused. */
export const segment = defineProvider({
  name: 'segment',
  docs: 'https://segment.com/docs/connections/destinations/catalog/webhooks/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'messageId' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
