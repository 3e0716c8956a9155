import { defineProvider } from '../core/define-provider';

/** Autodesk Platform Services: HMAC-SHA1 by the secret token of the app. */
export const autodesk = defineProvider({
  name: 'autodesk',
  group: 'code',
  docs: 'https://aps.autodesk.com/en/docs/webhooks/v1/developers_guide/verify-signature/',
  algorithm: 'hmac-sha1',
  signature: { header: 'x-adsk-signature', prefix: 'sha1hash=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'x-adsk-delivery-id' },
  event: { body: 'hook.event' },
  methods: ['POST'],
  retries: {
    hours: 48,
    source: 'https://aps.autodesk.com/en/docs/webhooks/v1/developers_guide/event-delivery-guarantees/',
  },
  refusal: { status: 401 },
});
