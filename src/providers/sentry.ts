import { defineProvider } from '../core/define-provider';

/** Sentry integrations: body only; its timestamp header is not signed. */
export const sentry = defineProvider({
  name: 'sentry',
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
  refusal: { status: 401 },
});
