import type { Request } from 'express';
import type { Awaitable } from '../awaitable';
import type { Delivery } from '../core/delivery';
import { A_FUNCTION, checkOptions, integerBetween, required, type OptionChecks } from '../options';
import { secretsIn, type SecretLookup, type SecretLookupResult } from './secret-source';

export interface CachedSecretsOptions {
  /** Names all that the look-up depends on, such as `req.params.tenant`: one name has one answer. */
  readonly key: (delivery: Omit<Delivery, 'body'>, req: Request) => string;
  /** How long an answer is kept, so how late a new or a withdrawn secret is seen. @default 60000 */
  readonly ttlMs?: number | undefined;
  /** How long it is kept that a look-up found nothing. @default 5000 */
  readonly missingTtlMs?: number | undefined;
  /** Most answers that are kept; of names for which nothing was found as many again. @default 1000 */
  readonly max?: number | undefined;
}

interface Kept {
  readonly result: SecretLookupResult;
  /** Monotonic milliseconds. */
  readonly until: number;
}

const CHECKS: OptionChecks = {
  key: required(A_FUNCTION),
  ttlMs: integerBetween(1, 86_400_000, 'milliseconds'),
  missingTtlMs: integerBetween(1, 86_400_000, 'milliseconds'),
  max: integerBetween(1, 1_000_000, 'answers'),
};

/**
 * A look-up for the option `secret` that remembers its answers, and asks once for many deliveries that come at the same
 * time. A look-up that fails is not remembered. Names that strangers make up never displace those of tenants.
 * Throws a `TypeError` for wrong options.
 */
export function cachedSecrets(lookUp: SecretLookup, options: CachedSecretsOptions): SecretLookup {
  const checked = checkOptions('cachedSecrets()', options, CHECKS);
  const { key: readKey, ttlMs = 60_000, missingTtlMs = 5000, max = 1000 } = checked;
  if (typeof lookUp !== 'function')
    throw new TypeError('cachedSecrets() needs a look-up, which is a function');
  const found = new Map<string, Kept>();
  const missing = new Map<string, Kept>();
  const asked = new Map<string, Promise<SecretLookupResult>>();

  return (delivery, req) => {
    const key: unknown = readKey(delivery, req);
    if (typeof key !== 'string') throw new TypeError('cachedSecrets(): "key" must return a string');
    const kept = found.get(key) ?? missing.get(key);
    if (kept !== undefined && kept.until > performance.now()) return kept.result;
    return asked.get(key) ?? ask(key, () => lookUp(delivery, req));
  };

  function ask(key: string, call: () => Awaitable<SecretLookupResult>): Promise<SecretLookupResult> {
    const pending = Promise.resolve()
      .then(call)
      .then((result) => {
        keep(key, result);
        return result;
      })
      .finally(() => asked.delete(key));
    asked.set(key, pending);
    return pending;
  }

  function keep(key: string, result: SecretLookupResult): void {
    const secrets = secretsIn(result);
    const isMissing = secrets === undefined || (Array.isArray(secrets) && secrets.length === 0);
    found.delete(key);
    missing.delete(key);
    const [kept, lifetime] = isMissing ? [missing, missingTtlMs] : [found, ttlMs];
    const [oldest] = kept.size < max ? [] : kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(key, { result, until: performance.now() + lifetime });
  }
}
