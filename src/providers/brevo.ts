import { tokenProvider } from '../core/token-provider';

/** Brevo: the bearer token that the webhook is given, which signs nothing. */
export const brevo = tokenProvider({
  name: 'brevo',
  group: 'email',
  docs: 'https://developers.brevo.com/docs/secured-webhooks',
  header: 'Authorization',
  prefix: 'Bearer ',
  event: { body: 'event', or: [{ body: '[].event' }] },
  methods: ['POST'],
  retries: { source: 'https://developers.brevo.com/docs/how-to-use-webhooks' },
  alsoSends:
    'basic authentication by an address with user and password, which is not taken: choose the token',
  refusal: { status: 401 },
});
