import { defineProvider } from '../core/define-provider';

/** LinkedIn: a fixed text in front of the body. */
export const linkedin = defineProvider({
  name: 'linkedin',
  docs: 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-LI-Signature', encoding: 'hex' },
  signed: ['hmacsha256=', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  refusal: { status: 401 },
});
