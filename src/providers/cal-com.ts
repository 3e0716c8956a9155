import { defineProvider } from '../core/define-provider';

/** Cal.com: hexadecimal HMAC of the body. */
export const calCom = defineProvider({
  name: 'cal-com',
  group: 'work',
  docs: 'https://cal.com/docs/developing/guides/automation/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Cal-Signature-256', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'triggerEvent' },
  methods: ['POST'],
  retries: { signed: 'once', source: 'https://cal.com/docs/developing/guides/automation/webhooks' },
  alsoSends:
    'with a payload template of your own that is not JSON, forms, which are refused; a template may leave triggerEvent out',
  refusal: { status: 401 },
});
