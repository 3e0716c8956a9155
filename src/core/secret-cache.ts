import { randomUUID } from 'node:crypto';
import { dummiesOf } from './authenticate';
import { planOf } from './compiled-provider';
import type { Provider } from './provider';
import { listSecrets, prepareSecret, type PreparedSecret } from './secrets';

/** Prepares secrets that are found anew for each delivery. */
export interface SecretCache {
  /** As `prepareSecrets`; a value that was seen before is not prepared again. */
  readonly prepare: (option: unknown) => readonly PreparedSecret[];
  /** The text to prepare where no secret was found: a dummy, which takes the same way and as long. */
  readonly none: string;
}

const MAX_KNOWN = 1000;

/**
 * Prepared secrets by their value: the last thousand, and one that stands for none. To prepare a key takes longer than
 * to use it, so a look-up that finds a tenant would be told by its time from one that does not.
 * Throws a `TypeError` for a provider without a dummy secret.
 */
export function makeSecretCache(provider: Provider, warn: (message: string) => void): SecretCache {
  const [dummy] = dummiesOf(planOf(provider));
  if (dummy === undefined) {
    throw new TypeError(
      `option "secret" of ${provider.name} cannot be a look-up: where it finds nothing a dummy secret is tried, and ` +
        'its "readSecret" refuses the usual one (64 hexadecimal digits); give its definition a "makeDummySecret"',
    );
  }
  const known = new Map<string, PreparedSecret>();
  const none = `none ${randomUUID()}`;
  known.set(none, dummy);

  function prepare(option: unknown): readonly PreparedSecret[] {
    return listSecrets(option).map((secret) => {
      const { id, notBefore, notAfter, createdAt } = secret;
      const prepared =
        known.get(secret.value) ?? remember(secret.value, prepareSecret(provider, secret, warn));
      return { ...prepared, id, notBefore, notAfter, createdAt };
    });
  }

  function remember(value: string, secret: PreparedSecret): PreparedSecret {
    // The first is the one that stands for none.
    const [, oldest] = known.size > MAX_KNOWN ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
    known.set(value, secret);
    return secret;
  }

  return { prepare, none };
}
