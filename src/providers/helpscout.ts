import { defineProvider } from '../core/define-provider';

/** Help Scout: base64 of the body's HMAC-SHA1. */
export const helpscout = defineProvider({
  name: 'helpscout',
  group: 'support',
  docs: 'https://developer.helpscout.com/webhooks/',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-HelpScout-Signature', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { header: 'X-HelpScout-Event' },
  methods: ['POST'],
  retries: { signed: 'once', source: 'https://developer.helpscout.com/webhooks/' },
  alsoSends: 'notifications that have only the address of the resource',
  refusal: { status: 401 },
});
