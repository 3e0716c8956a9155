import { cutQuery } from '../core/address';
import type { Request } from 'express';
import { chain, type Awaitable } from '../awaitable';
import { ownValue } from '../options';
import type { Delivery } from '../core/delivery';
import type { Provider } from '../core/provider';
import { makeSecretCache, type SecretCache } from '../core/secret-cache';
import { prepareSecrets, type PreparedSecret } from '../core/secrets';
import type { SecretOption } from '../core/secret-option';
import { warn, warnOnce } from './warnings';

/** The answer of a look-up: secrets with the tenant that they belong to, or nothing. */
export type SecretLookupResult =
  | {
      readonly secrets: SecretOption | null | undefined;
      /**
       * The tenant. Deliveries of two tenants are never copies of each other, and none takes more than its share of a
       * `memoryStore()`. `false` where there is one tenant only.
       */
      readonly scope: string | false;
    }
  | readonly []
  | null
  | undefined;

/**
 * Finds the secrets for a delivery by its method, url and headers, and by the params of the route; never by the body,
 * which nobody has verified yet. Nothing found (`[]`, `undefined`) is refused like any failed authentication; a
 * look-up that fails is answered 503.
 */
export type SecretLookup = (delivery: Omit<Delivery, 'body'>, req: Request) => Awaitable<SecretLookupResult>;

const SCOPE_MISSING =
  'the look-up of the option "secret" gave secrets without a "scope": return { secrets, scope }, where scope names the ' +
  'tenant, or is false where there is one tenant only. Without it one tenant could make the deliveries of another be ' +
  'taken for copies. Such deliveries are answered 503; the option "onDecision" gets what was thrown';
const SCOPE_WRONG =
  'the "scope" of a look-up must be a string that is not blank, or false where there is one tenant only';

export interface FoundSecrets {
  readonly secrets: readonly PreparedSecret[];
  /** The tenant; empty where there is none. */
  readonly scope: string;
}

/** Where the secrets of a provider come from, made ready. */
export interface SecretSource {
  (req: Request): Awaitable<FoundSecrets>;
  /** The secrets of the option, where they are not looked up. */
  readonly known?: FoundSecrets;
}

/** Checks secrets now, and those of a look-up after every call. Throws a `TypeError` for what is no secret. */
export function makeSecretSource(
  provider: Provider,
  option: SecretOption | SecretLookup | undefined,
): SecretSource {
  if (typeof option !== 'function') {
    const found = { secrets: prepareSecrets(provider, option, warn), scope: '' };
    return Object.assign(() => found, { known: found });
  }
  const cache = makeSecretCache(provider, (message) => warnOnce(message, message));
  return (req) => {
    const { method, originalUrl: url, headers, rawHeaders } = req;
    return chain(option({ method, url, headers, rawHeaders }, req), (result) =>
      readResult(cache, url, result),
    );
  };
}

/** Nothing that was found takes the same lines as a tenant: it is a tenant whose secret is a dummy. */
function readResult(cache: SecretCache, url: string, result: SecretLookupResult): FoundSecrets {
  const given = secretsIn(result);
  const standIn = cache.standIn(cutQuery(url));
  const named = isScoped(result) ? ownValue(result, 'scope') : undefined;
  // Chosen by a number: a branch takes some nanoseconds more or less, and that was measured.
  const isNone = Number(given === undefined) + Number(Array.isArray(given) && given.length === 0);
  const secrets = cache.prepare([given, standIn][isNone]);
  const scope = [named, standIn][isNone];
  if (scope === false) return { secrets, scope: '' };
  if (scope === undefined) {
    // The topic of all failed look-ups: this says more than the usual.
    warnOnce('secret-lookup', SCOPE_MISSING);
    throw new TypeError(SCOPE_MISSING);
  }
  // A tenant without a name is all tenants without one.
  if (typeof scope !== 'string' || scope.trim() === '') throw new TypeError(SCOPE_WRONG);
  return { secrets, scope };
}

/** The secrets in the answer of a look-up. */
export function secretsIn(result: SecretLookupResult): SecretOption | undefined {
  return (isScoped(result) ? result.secrets : result) ?? undefined;
}

type Scoped = Extract<SecretLookupResult, { readonly secrets: unknown }>;

function isScoped(result: SecretLookupResult): result is Scoped {
  return typeof result === 'object' && result !== null && Object.hasOwn(result, 'secrets');
}
