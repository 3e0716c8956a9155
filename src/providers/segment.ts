import { defineProvider } from '../core/define-provider';

/** Segment: HMAC-SHA1 of one event; a batch is signed by its first event only and is refused. */
export const segment = defineProvider({
  name: 'segment',
  group: 'code',
  docs: 'https://segment.com/docs/connections/destinations/catalog/webhooks/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'messageId' },
  event: { body: 'type' },
  methods: ['POST'],
  handlerTimeoutMs: 4_500,
  retries: {
    hours: 4,
    signed: 'once',
    source: 'https://segment.com/docs/connections/destinations/catalog/webhooks/',
  },
  alsoSends:
    'batches, which are signed by their first event alone and are refused; deletes have no messageId',
  refusal: { status: 401 },
});
