import { basicProvider } from '../core/token-provider';

/** Pipedrive: basic authentication, which signs nothing. The secret is `user:password`. */
export const pipedrive = basicProvider({
  name: 'pipedrive',
  group: 'support',
  docs: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2',
  event: { body: 'meta.action' },
  methods: ['POST'],
  retries: { source: 'https://pipedrive.readme.io/docs/guide-for-webhooks-v2' },
  refusal: { status: 401 },
});
