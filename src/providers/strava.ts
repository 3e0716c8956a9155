import { queryTokenProvider } from '../core/token-provider';

/**
 * Strava signs nothing: give it an address with a token of yours, `?secret=…`, which is the option `secret`. The
 * option `verifyToken` is that of the subscription, which Strava repeats when it tries the address by GET.
 */
export const strava = queryTokenProvider({
  name: 'strava',
  group: 'health',
  docs: 'https://developers.strava.com/docs/webhooks/',
  event: { body: ['object_type', 'aspect_type'] },
  methods: ['POST'],
  handlerTimeoutMs: 1_800,
  handshakes: [
    {
      when: { method: 'GET', query: { 'hub.mode': 'subscribe' } },
      token: 'hub.verify_token',
      answer: { json: { 'hub.challenge': '{hub.challenge}' } },
    },
  ],
  retries: { source: 'https://developers.strava.com/docs/webhooks/' },
  refusal: { status: 401 },
});
