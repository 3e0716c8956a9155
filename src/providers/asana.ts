import { defineProvider } from '../core/define-provider';

/** Asana: a delivery holds several events. It hands the secret over by an unsigned POST, for the option `onSecret`. */
export const asana = defineProvider({
  name: 'asana',
  group: 'work',
  docs: 'https://developers.asana.com/docs/webhooks-guide',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hook-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'events.[].action' },
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  retries: { hours: 24, signed: 'once', source: 'https://developers.asana.com/docs/webhooks-guide' },
  handshakes: [
    {
      when: { method: 'POST', content: 'json', only: [] },
      fields: { 'header:X-Hook-Secret': { alphabet: 'token', length: [8, 256] } },
      answer: {
        headers: { 'X-Hook-Secret': '{header:X-Hook-Secret}' },
        secret: 'header:X-Hook-Secret',
      },
    },
  ],
  alsoSends: 'an empty list of events as a heartbeat',
  refusal: { status: 401 },
});
