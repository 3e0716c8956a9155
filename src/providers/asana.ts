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
  refusal: { status: 401 },
});
