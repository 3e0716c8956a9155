import { defineProvider } from '../core/define-provider';

/** Formstack: hexadecimal HMAC of the body. */
export const formstack = defineProvider({
  name: 'formstack',
  group: 'work',
  docs: 'https://help.formstack.com/hc/en-us/articles/360019520271',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-FS-Signature', prefix: 'sha256=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  methods: ['POST'],
  content: 'json-or-form',
  retries: { signed: 'once', source: 'https://help.formstack.com/hc/en-us/articles/360019520271' },
  alsoSends: 'forms or JSON, by the setting of the webhook',
  refusal: { status: 401 },
});
