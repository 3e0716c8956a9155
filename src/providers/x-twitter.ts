import { defineProvider } from '../core/define-provider';

/** X (Twitter), Account Activity API: base64 of the body's HMAC by the consumer secret; an activity is named by its field. It asks by GET for
 * the HMAC of a token, every hour: of letters and digits, never of what could be a body. */
export const xTwitter = defineProvider({
  name: 'x-twitter',
  group: 'social',
  docs: 'https://docs.x.com/x-api/webhooks/introduction',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-twitter-webhooks-signature', prefix: 'sha256=', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: {
    keys: [
      ...['tweet_create_events', 'tweet_delete_events', 'favorite_events', 'follow_events'],
      ...['unfollow_events', 'block_events', 'unblock_events', 'mute_events', 'unmute_events'],
      ...[
        'direct_message_events',
        'direct_message_indicate_typing_events',
        'direct_message_mark_read_events',
      ],
      ...['user_event'],
    ],
  },
  methods: ['POST'],
  handshakes: [
    {
      when: { method: 'GET' },
      fields: { crc_token: { alphabet: 'token', length: [1, 200] } },
      answer: {
        json: {
          response_token: { digest: 'hmac', of: ['{crc_token}'], encoding: 'base64', prefix: 'sha256=' },
        },
      },
    },
  ],
  retries: { source: 'https://docs.x.com/x-api/webhooks/introduction' },
  refusal: { status: 401 },
});
