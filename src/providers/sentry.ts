import { defineProvider } from '../core/define-provider';

/** Sentry integrations: body only; its timestamp header is not signed. */
export const sentry = defineProvider({
  name: 'sentry',
  group: 'code',
  docs: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'Sentry-Hook-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'Request-ID' },
  event: { header: 'Sentry-Hook-Resource' },
  methods: ['POST'],
  duplicates: { key: 'signed', also: ['Request-ID'] }, // an issue resolved twice can have the same body
  handlerTimeoutMs: 900,
  retries: {
    hours: 0,
    signed: 'once',
    source: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  },
  alsoSends:
    'requests of UI components sign in Sentry-App-Signature, service hooks with a key of their own: not taken; the action (created) is in the payload, not in the event',
  refusal: { status: 401 },
});
