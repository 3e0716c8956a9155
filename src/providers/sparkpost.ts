import { basicProvider } from '../core/token-provider';

/** SparkPost: basic authentication, which signs nothing. The secret is `user:password`. */
export const sparkpost = basicProvider({
  name: 'sparkpost',
  group: 'email',
  docs: 'https://developers.sparkpost.com/api/webhooks/',
  methods: ['POST'],
  retries: { source: 'https://developers.sparkpost.com/api/webhooks/' },
  refusal: { status: 401 },
});
