import { defineProvider } from '../core/define-provider';

/** Onfleet: HMAC-SHA512 of the body; the key is hexadecimal. It tries the address by GET. */
export const onfleet = defineProvider({
  name: 'onfleet',
  group: 'work',
  docs: 'https://docs.onfleet.com/reference/webhooks',
  algorithm: 'hmac-sha512',
  signature: { header: 'X-Onfleet-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'hex' },
  event: { body: 'triggerName' },
  methods: ['POST'],
  handshakes: [{ when: { method: 'GET' }, answer: { echo: 'check' } }],
  retries: { source: 'https://docs.onfleet.com/reference/webhooks' },
  refusal: { status: 401 },
});
