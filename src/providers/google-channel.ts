import { tokenProvider } from '../core/token-provider';

/** Google Calendar and Drive: the token that was given with the channel. It signs nothing, and there is no body: the event is the state of the resource, of which the first is `sync`. */
export const googleChannel = tokenProvider({
  name: 'google-channel',
  group: 'work',
  docs: 'https://developers.google.com/workspace/calendar/api/guides/push',
  header: 'X-Goog-Channel-Token',
  id: { header: 'X-Goog-Message-Number' },
  event: { header: 'X-Goog-Resource-State' },
  content: 'raw',
  methods: ['POST'],
  retries: { source: 'https://developers.google.com/workspace/calendar/api/guides/push' },
  refusal: { status: 401 },
});
