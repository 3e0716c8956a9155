import { tokenProvider } from '../core/token-provider';

/** Auth0 log and event streams: a configured token; a delivery holds several events. */
export const auth0 = tokenProvider({
  name: 'auth0',
  group: 'identity',
  docs: 'https://auth0.com/docs/customize/log-streams/custom-log-streams',
  header: 'Authorization',
  // A list, or one object; an event stream sends one CloudEvent.
  id: { body: '[].log_id', or: [{ body: 'id' }, { body: 'log_id' }] },
  event: { body: '[].data.type', or: [{ body: 'type' }, { body: 'data.type' }] },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: {
    hours: 0.002,
    signed: 'once',
    stopsAt: [400, 401, 403, 404, 410, 422],
    source: 'https://auth0.com/docs/customize/events/events-best-practices',
  },
  alsoSends:
    'log streams as JSON array or JSON object, and event streams; log streams as JSON lines are refused: choose "JSON array"',
  refusal: { status: 401 },
});
