import { defineProvider } from '../core/define-provider';

/**
 * Twitch EventSub: id, time and body are signed; the header that tells the type is not. That a subscription has ended
 * is told by its signed status, and is the event `revocation`. See
 * https://dev.twitch.tv/docs/eventsub/handling-webhook-events/#revoking-your-subscription.
 */
export const twitch = defineProvider({
  name: 'twitch',
  group: 'social',
  docs: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/',
  algorithm: 'hmac-sha256',
  signature: { header: 'Twitch-Eventsub-Message-Signature', prefix: 'sha256=', encoding: 'hex' },
  timestamp: { header: 'Twitch-Eventsub-Message-Timestamp', unit: 'rfc3339', toleranceSeconds: 600 },
  signed: ['{id}', '{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'Twitch-Eventsub-Message-Id' },
  event: {
    body: 'subscription.status',
    names: {
      user_removed: 'revocation',
      authorization_revoked: 'revocation',
      notification_failures_exceeded: 'revocation',
      version_removed: 'revocation',
      moderator_removed: 'revocation',
      chat_user_banned: 'revocation',
    },
    or: [{ body: 'subscription.type' }],
  },
  methods: ['POST'],
  handshakes: [{ when: { has: 'challenge', lacks: 'event' }, answer: { echo: 'challenge' } }],
  duplicates: { key: 'id' },
  retries: { source: 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events/' },
  alsoSends:
    'its challenge, which is answered, and the end of a subscription (revocation); batches have events in place of event',
  refusal: { status: 403 },
});
