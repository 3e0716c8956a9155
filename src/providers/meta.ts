import { defineProvider } from '../core/define-provider';

/**
 * Meta (WhatsApp, Messenger, Instagram): body as sent; several changes in one delivery. The event is the field that was
 * subscribed to. Messenger and Instagram do not name it: there it follows from what the entries hold. See
 * https://developers.facebook.com/docs/messenger-platform/reference/webhook-events.
 */
export const meta = defineProvider({
  name: 'meta',
  group: 'social',
  docs: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hub-Signature-256', prefix: 'sha256=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: {
    body: 'entry.[].changes.[].field',
    or: [
      {
        body: ['entry.[].messaging.[]'],
        keys: {
          message: 'messages',
          message_edit: 'message_edits',
          reaction: 'message_reactions',
          delivery: 'message_deliveries',
          read: 'message_reads',
          postback: 'messaging_postbacks',
          optin: 'messaging_optins',
          referral: 'messaging_referrals',
          account_linking: 'messaging_account_linking',
          policy_enforcement: 'messaging_policy_enforcement',
          pass_thread_control: 'messaging_handovers',
          take_thread_control: 'messaging_handovers',
          request_thread_control: 'messaging_handovers',
          app_roles: 'messaging_handovers',
        },
      },
      { body: 'entry.[]', keys: ['standby'] },
    ],
  },
  methods: ['POST'],
  handshakes: [
    {
      when: { method: 'GET', query: { 'hub.mode': 'subscribe' } },
      token: 'hub.verify_token',
      answer: { echo: 'hub.challenge' },
    },
  ],
  retries: {
    hours: 168,
    signed: 'once',
    source: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started/',
  },
  alsoSends: 'Graph API and Messenger try for 36 hours, WhatsApp for 7 days',
  refusal: { status: 403 },
});
