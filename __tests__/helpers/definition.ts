import type { ProviderDefinition } from 'hooklatch';

/** A description with a signed time and an id, to which a test adds what it is about. */
export const BASE: ProviderDefinition = {
  name: 'p',
  algorithm: 'hmac-sha256',
  signature: { header: ['X-Signature', 'X-Old-Signature'], encoding: 'hex' },
  timestamp: { header: 'X-Time', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Id' },
};
