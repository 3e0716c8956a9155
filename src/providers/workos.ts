import { defineProvider } from '../core/define-provider';

/** WorkOS: milliseconds, and a space behind the comma. */
export const workos = defineProvider({
  name: 'workos',
  group: 'identity',
  docs: 'https://workos.com/docs/events/data-syncing/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'workos-signature', items: ',', assign: '=', key: 'v1', encoding: 'hex' },
  timestamp: { field: 't', unit: 'milliseconds', toleranceSeconds: 180 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'event' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { hours: 72, source: 'https://workos.com/docs/events/data-syncing/webhooks' },
  alsoSends: 'actions, whose answer must be signed: your handler writes it',
  refusal: { status: 401 },
});
