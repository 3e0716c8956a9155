import type { Provider } from '../core/provider';
import { fetchText } from '../keys/fetch-text';
import { makeSingleKeys } from '../keys/key-set';
import { SINGLE_KEY_CHECKS, type SingleKeyOptions } from '../keys/options';
import { checkOptions, oneOf } from '../options';
import { makeJwtProvider } from './jwt';

export interface PlaidOptions extends SingleKeyOptions {
  /** @default 'production' */
  readonly environment?: 'production' | 'sandbox' | undefined;
}

const CHECKS = { ...SINGLE_KEY_CHECKS, environment: oneOf('production', 'sandbox') };
const MAX_KEY_BYTES = 16_384;

/** Plaid with settings of your own; `plaid` is the same without any. */
export function makePlaid(options: PlaidOptions = {}): Provider {
  const {
    environment = 'production',
    keysTimeoutMs,
    fetchKey,
  } = checkOptions('makePlaid()', options, CHECKS);
  const findKey = makeSingleKeys(fetchKey ?? fetchFrom(`https://${environment}.plaid.com`), keysTimeoutMs);
  return makeJwtProvider({
    name: 'plaid',
    group: 'payments',
    docs: 'https://plaid.com/docs/api/webhooks/webhook-verification/',
    token: { header: 'Plaid-Verification' },
    algorithms: ['ES256'],
    keys: ({ kid }, owner) => findKey(kid, owner),
    owner: { pattern: /^[A-Za-z0-9-]{8,64}:[A-Za-z0-9-]{8,64}$/, example: 'client id:secret' },
    digests: [{ claim: 'request_body_sha256', of: 'body', encoding: 'hex' }],
    issued: true,
    toleranceSeconds: 300,
    event: { body: ['webhook_type', 'webhook_code'] },
    methods: ['POST'],
    retries: { source: 'https://plaid.com/docs/api/webhooks/webhook-verification/' },
  });
}

/**
 * Plaid: a token with the digest of the body, five minutes old at most. The option `secret` is your client id and
 * secret with a colon between them, by which Plaid gives the keys out.
 */
export const plaid = makePlaid();

/** Gets keys of Plaid, which has an expired one no more. */
function fetchFrom(origin: string): NonNullable<SingleKeyOptions['fetchKey']> {
  return async (id, signal, secret) => {
    const [clientId, clientSecret] = secret.split(':');
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_id: clientId, secret: clientSecret, key_id: id }),
    };
    const request = { word: 'key', maxBytes: MAX_KEY_BYTES, init };
    const text = await fetchText(`${origin}/webhook_verification_key/get`, signal, request);
    if (text === undefined) return undefined;
    const { key } = JSON.parse(text) as { readonly key: { readonly expired_at?: unknown } };
    return (key.expired_at ?? null) === null ? JSON.stringify(key) : undefined;
  };
}
