import type { Provider } from '../core/provider';
import { readKeySet, type KeySetOptions } from '../keys/options';
import { makeJwtProvider } from './jwt';

/** Fireblocks with settings of your own; `fireblocksV2` is the same without any. */
export function makeFireblocksV2(options: KeySetOptions = {}): Provider {
  const keySet = readKeySet('makeFireblocksV2()', options);
  return makeJwtProvider({
    name: 'fireblocks-v2',
    group: 'finance',
    docs: 'https://developers.fireblocks.com/reference/validating-webhooks',
    token: { header: 'Fireblocks-Webhook-Signature' },
    algorithms: ['RS512'],
    keys: ({ kid }, owner) => keySet.find(`https://${owner}.fireblocks.io/.well-known/jwks.json`, kid),
    owner: { pattern: /^(?:eu-|eu2-|sandbox-)?keys$/, example: 'keys' },
    detached: true,
    id: { body: 'id' },
    event: { body: 'eventType' },
    methods: ['POST'],
    duplicates: { key: 'id' },
    retries: {
      source: 'https://developers.fireblocks.com/reference/webhooks-gettingstarted-responsesretries',
    },
  });
}

/**
 * Fireblocks, webhooks of version 2: a detached signature of the body. The option `secret` names the host of the keys
 * of your environment: `keys`, `eu-keys`, `eu2-keys` or `sandbox-keys`. Fireblocks signs for all its customers with
 * them, so compare `workspaceId` with your own.
 */
export const fireblocksV2 = makeFireblocksV2();
