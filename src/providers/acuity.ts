import { defineProvider } from '../core/define-provider';

/** Acuity Scheduling: a form, signed with the API key. */
export const acuity = defineProvider({
  name: 'acuity',
  group: 'work',
  docs: 'https://developers.acuityscheduling.com/docs/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Acuity-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'action' },
  methods: ['POST'],
  content: 'form',
  retries: { signed: 'once', source: 'https://developers.acuityscheduling.com/docs/webhooks' },
  alsoSends:
    'order.completed, without a calendarID; static webhooks name events in short (scheduled), dynamic ones in full (appointment.scheduled)',
  refusal: { status: 401 },
});
