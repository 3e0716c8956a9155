import { defineProvider } from '../core/define-provider';

/** SendGrid event webhooks: ECDSA; a delivery holds several events. */
export const sendgrid = defineProvider({
  name: 'sendgrid',
  group: 'email',
  docs: 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
  algorithm: 'ecdsa-p256-sha256',
  signature: { header: 'X-Twilio-Email-Event-Webhook-Signature', encoding: 'base64' },
  timestamp: { header: 'X-Twilio-Email-Event-Webhook-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'base64' },
  id: { body: '[].sg_event_id' },
  event: { body: '[].event' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: {
    source:
      'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
  },
  alsoSends: 'Inbound Parse is another product, a multipart form',
  refusal: { status: 403 },
});
