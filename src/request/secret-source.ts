import type { Request } from 'express';
import { whenReady, type Eventually } from '../awaitable';
import { ownValue } from '../options';
import type { Delivery } from '../core/delivery';
import type { Provider } from '../core/provider';
import { makeSecretCache, type SecretCache } from '../core/secret-cache';
import { prepareSecrets, type PreparedSecret, type SecretOption } from '../core/secrets';
import { warn, warnOnce } from './warnings';

/** What a look-up may answer: secrets; secrets with the tenant that they belong to; or nothing. */
export type SecretLookupResult =
  | SecretOption
  | { readonly secrets: SecretOption | null | undefined; readonly scope: string }
  | null
  | undefined;

/**
 * Finds the secrets for a delivery by its method, url and headers, and by the params of the route; never by the body,
 * which nobody has verified yet. Nothing found (`[]`, `undefined`) is refused like any failed authentication; a
 * look-up that fails is answered 503.
 */
export type SecretLookup = (delivery: Omit<Delivery, 'body'>, req: Request) => Eventually<SecretLookupResult>;

export interface FoundSecrets {
  readonly secrets: readonly PreparedSecret[];
  /** The tenant; empty where there is none. */
  readonly scope: string;
}

/** Where the secrets of a provider come from, made ready. */
export type SecretSource = (req: Request) => Eventually<FoundSecrets>;

/** Checks secrets now, and those of a look-up after every call. Throws a `TypeError` for what is no secret. */
export function makeSecretSource(
  provider: Provider,
  option: SecretOption | SecretLookup | undefined,
): SecretSource {
  if (typeof option !== 'function') {
    const found = { secrets: prepareSecrets(provider, option, warn), scope: '' };
    return () => found;
  }
  const cache = makeSecretCache(provider, (message) => warnOnce(message, message));
  return (req) => {
    const { method, originalUrl: url, headers, rawHeaders } = req;
    return whenReady(option({ method, url, headers, rawHeaders }, req), (result) =>
      readResult(cache, result),
    );
  };
}

function readResult(cache: SecretCache, result: SecretLookupResult): FoundSecrets {
  const { secrets, scope } = isScoped(result)
    ? { secrets: result.secrets, scope: ownValue(result, 'scope') }
    : { secrets: result, scope: '' };
  if (typeof scope !== 'string') throw new TypeError('the "scope" of a look-up must be a string');
  const isNone =
    secrets === undefined || secrets === null || (Array.isArray(secrets) && secrets.length === 0);
  return { secrets: cache.prepare(isNone ? cache.none : secrets), scope };
}

/** The secrets of what a look-up answered. */
export function secretsIn(result: SecretLookupResult): SecretOption | undefined {
  return (isScoped(result) ? result.secrets : result) ?? undefined;
}

function isScoped(
  result: SecretLookupResult,
): result is { readonly secrets: SecretOption | null | undefined; readonly scope: string } {
  return typeof result === 'object' && result !== null && Object.hasOwn(result, 'secrets');
}
