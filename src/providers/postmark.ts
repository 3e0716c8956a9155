import { basicProvider } from '../core/token-provider';

/** Postmark: basic authentication, which signs nothing. The secret is `user:password`. */
export const postmark = basicProvider({
  name: 'postmark',
  group: 'email',
  docs: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
  event: { body: 'RecordType' },
  methods: ['POST'],
  retries: { source: 'https://postmarkapp.com/developer/webhooks/webhooks-overview' },
  refusal: { status: 401 },
});
