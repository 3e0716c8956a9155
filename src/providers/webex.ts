import { defineProvider } from '../core/define-provider';

/** Webex: hexadecimal HMAC-SHA1 of the body. */
export const webex = defineProvider({
  name: 'webex',
  group: 'messaging',
  docs: 'https://developer.webex.com/docs/api/guides/webhooks',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Spark-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: ['resource', 'event'] },
  methods: ['POST'],
  retries: { signed: 'once', source: 'https://developer.webex.com/docs/api/guides/webhooks' },
  refusal: { status: 401 },
});
