import { defineProvider } from '../core/define-provider';

/** Asana: a delivery holds several events; an empty list is a heartbeat. */
export const asana = defineProvider({
  name: 'asana',
  docs: 'https://developers.asana.com/docs/webhooks-guide',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hook-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'events.[].action' },
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  retries: { hours: 24, signed: 'once', source: 'https://developers.asana.com/docs/webhooks-guide' },
  alsoSends:
    'first an unsigned POST with X-Hook-Secret, whose value is the secret: refused here, so answer it in a route of your own, 200 with the same header; an empty list of events as a heartbeat',
  refusal: { status: 401 },
});
