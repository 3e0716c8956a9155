import { defineProvider } from '../core/define-provider';

/** LaunchDarkly: hexadecimal HMAC of the body. */
export const launchdarkly = defineProvider({
  name: 'launchdarkly',
  docs: 'https://launchdarkly.com/docs/integrations/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-LD-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: '_id' },
  event: { body: 'kind' },
  methods: ['POST'],
  refusal: { status: 401 },
});
