import { defineProvider } from '../core/define-provider';

/** ClickUp: hexadecimal HMAC of the body. */
export const clickup = defineProvider({
  name: 'clickup',
  group: 'work',
  docs: 'https://developer.clickup.com/docs/webhooksignature',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  handlerTimeoutMs: 6_500,
  retries: { signed: 'once', stopsAt: [410], source: 'https://developer.clickup.com/docs/webhookhealth' },
  alsoSends: 'after 100 failures it suspends the webhook',
  refusal: { status: 401 },
});
