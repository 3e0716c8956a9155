import { defineProvider } from '../core/define-provider';

/** LaunchDarkly: hexadecimal HMAC of the body. */
export const launchdarkly = defineProvider({
  name: 'launchdarkly',
  group: 'code',
  docs: 'https://launchdarkly.com/docs/integrations/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-LD-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: '_id' },
  event: { body: 'kind' },
  methods: ['POST'],
  retries: { signed: 'once', source: 'https://launchdarkly.com/docs/integrations/webhooks' },
  alsoSends: 'an entry of the audit log; the order is not kept',
  refusal: { status: 401 },
});
