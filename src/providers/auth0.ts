import { tokenProvider } from '../core/token-provider';

/** Auth0 log and event streams: a configured token; a delivery holds several events. */
export const auth0 = tokenProvider({
  name: 'auth0',
  docs: 'https://auth0.com/docs/customize/log-streams/custom-log-streams',
  header: 'Authorization',
  id: { body: '[].log_id' },
  event: { body: '[].data.type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  refusal: { status: 401 },
});
