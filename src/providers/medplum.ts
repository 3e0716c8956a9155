import { defineProvider } from '../core/define-provider';

/** Medplum's documented `X-Medplum-*` scheme. It names no event; refusals before authentication are all 403. */
export const medplum = defineProvider({
  name: 'medplum',
  group: 'health',
  docs: 'https://www.medplum.com/docs/subscriptions',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Medplum-Signature', encoding: 'hex' },
  timestamp: { header: 'X-Medplum-Timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  methods: ['POST'],
  retries: { source: 'https://www.medplum.com/docs/subscriptions' },
  alsoSends: 'the real servers send what medplum-subscription takes',
  refusal: { status: 403, uniform: true },
});
