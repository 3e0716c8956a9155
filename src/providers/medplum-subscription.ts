import { defineProvider } from '../core/define-provider';

/**
 * Subscriptions of the Medplum server: body only, no timestamp; the interaction header is not signed. Servers from
 * before that header tell a delete by the header of the deleted resource alone, and nothing of what else it was. See
 * https://github.com/medplum/medplum/pull/6557.
 */
export const medplumSubscription = defineProvider({
  name: 'medplum-subscription',
  group: 'health',
  docs: 'https://www.medplum.com/docs/subscriptions',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { header: 'X-Medplum-Interaction', or: [{ header: 'X-Medplum-Deleted-Resource', as: 'delete' }] },
  methods: ['POST'],
  // Every delete has the body {}.
  duplicates: {
    key: 'signed',
    also: ['X-Medplum-Subscription', 'X-Medplum-Interaction', 'X-Medplum-Deleted-Resource'],
  },
  retries: {
    hours: 60,
    signed: 'once',
    source: 'https://medplum.com/docs/subscriptions/subscription-extensions',
  },
  alsoSends:
    'deletes, with the body {}; about 2 minutes of tries by default, the hours are of the longest setting; a resource with attachments has another body at each try',
  refusal: { status: 403, uniform: true },
});
