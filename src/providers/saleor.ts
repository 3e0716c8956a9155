import { readKeySet, type KeySetOptions } from '../keys/options';
import type { Provider } from '../core/provider';
import { makeJwtProvider } from './jwt';

/** Saleor with settings of your own; `saleor` is the same without any. */
export function makeSaleor(options: KeySetOptions = {}): Provider {
  const keySet = readKeySet('makeSaleor()', options);
  return makeJwtProvider({
    name: 'saleor',
    group: 'commerce',
    docs: 'https://docs.saleor.io/developer/extending/webhooks/payload-signature',
    token: { header: 'Saleor-Signature' },
    algorithms: ['RS256'],
    keys: ({ kid }, owner) => keySet.find(`${owner}/.well-known/jwks.json`, kid),
    owner: { pattern: /^https:\/\/[A-Za-z0-9.-]{1,253}$/, example: 'https://yours.saleor.cloud' },
    detached: true,
    signHeader: { b64: false, crit: ['b64'] },
    event: { header: 'Saleor-Event' },
    methods: ['POST'],
    retries: { source: 'https://docs.saleor.io/developer/extending/webhooks/payload-signature' },
  });
}

/**
 * Saleor: a detached signature of the body as it is (RFC 7797). The option `secret` is the address of your instance,
 * `https://yours.saleor.cloud`, where the keys are. Servers that write `b64` without naming it in `crit` are refused.
 */
export const saleor = makeSaleor();
