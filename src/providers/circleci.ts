import { defineProvider } from '../core/define-provider';

/** CircleCI: the item v1; items of later versions may stand beside it. */
export const circleci = defineProvider({
  name: 'circleci',
  group: 'code',
  docs: 'https://circleci.com/docs/outbound-webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'circleci-signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  retries: { signed: 'once', source: 'https://circleci.com/docs/outbound-webhooks/' },
  alsoSends: 'ping, by the test of its settings',
  refusal: { status: 401 },
});
