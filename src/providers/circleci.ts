import { defineProvider } from '../core/define-provider';

/** CircleCI: the item v1; items of later versions may stand beside it. */
export const circleci = defineProvider({
  name: 'circleci',
  docs: 'https://circleci.com/docs/outbound-webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'circleci-signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
