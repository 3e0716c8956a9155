import { defineProvider } from '../core/define-provider';

/**
 * LinkedIn: a fixed text in front of the body. It asks by GET, at set-up and every two hours, for the HMAC of a UUID; see
 * https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation.
 */
export const linkedin = defineProvider({
  name: 'linkedin',
  group: 'social',
  docs: 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-LI-Signature', encoding: 'hex' },
  signed: ['hmacsha256=', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'type' },
  methods: ['POST'],
  handshakes: [
    {
      when: { method: 'GET' },
      fields: { challengeCode: { alphabet: 'uuid', length: 36 } },
      answer: { json: { challengeCode: '{challengeCode}', challengeResponse: '{hmac challengeCode}' } },
    },
  ],
  retries: {
    signed: 'once',
    source: 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation',
  },
  alsoSends: 'its check of the address by GET, also with an applicationId, which is answered',
  refusal: { status: 401 },
});
