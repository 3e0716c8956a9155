import { randomBytes } from 'node:crypto';
import { getDummies } from './dummies';
import { getCompiled } from './compiled-provider';
import { pick } from './pick';
import type { Provider } from './provider';
import { listSecrets } from './secret-option';
import { makeDummySecret, prepareSecret, type PreparedSecret } from './secrets';

/** Prepares secrets that are found anew for each delivery. */
export interface SecretCache {
  /** As `prepareSecrets`; a value that was seen before is not prepared again. */
  readonly prepare: (option: unknown) => readonly PreparedSecret[];
  /**
   * The text to prepare where no secret was found: a dummy, which takes the same way and as long. The same one for the
   * same name: some keys take a little longer than others, and so one name is as constant as that of a tenant is.
   */
  readonly standIn: (name: string) => string;
}

const MAX_KNOWN = 1000;
// As many that several names seldom share one: what is used often is sooner at hand, and that was measured.
const STAND_INS = 64;

/**
 * Prepared secrets by their value: the last thousand, and one that stands for none. To prepare a key takes longer than
 * to use it, so a look-up that finds a tenant would be told by its time from one that does not.
 * Throws a `TypeError` for a provider without a dummy secret.
 */
export function makeSecretCache(provider: Provider, warn: (message: string) => void): SecretCache {
  const [dummy] = getDummies(getCompiled(provider));
  if (dummy === undefined) {
    throw new TypeError(
      `option "secret" of ${provider.name} cannot be a look-up: where it finds nothing a dummy secret is tried, and ` +
        'its "readSecret" refuses the usual one (64 hexadecimal digits); give its definition a "makeDummySecret"',
    );
  }
  const known = new Map<string, PreparedSecret>();
  const found: string[] = [];
  const standIns = Array.from({ length: STAND_INS }, () => ({
    text: randomBytes(16).toString('hex'),
    dummy: makeDummySecret(provider),
  }));
  let turn = 0;
  standIns.forEach(putLast);

  function prepare(option: unknown): readonly PreparedSecret[] {
    return listSecrets(option).map((secret) => {
      const { id, notBefore, notAfter, createdAt } = secret;
      const prepared =
        known.get(secret.value) ?? remember(secret.value, prepareSecret(provider, secret, warn));
      return { ...prepared, id, notBefore, notAfter, createdAt };
    });
  }

  function remember(value: string, secret: PreparedSecret): PreparedSecret {
    // A map finds sooner what came last, by some nanoseconds: so those that stand for none come again in turn, now
    // before a tenant and now behind it.
    const again = standIns.slice(turn, turn + 1);
    if (turn % 2 === 0) again.forEach(putLast);
    known.set(value, secret);
    if (turn % 2 === 1) again.forEach(putLast);
    turn = (turn + 1) % STAND_INS;
    found.push(value);
    found.splice(0, found.length - MAX_KNOWN).forEach((oldest) => known.delete(oldest));
    return secret;
  }

  function putLast({ text, dummy }: (typeof standIns)[number]): void {
    known.delete(text);
    known.set(text, dummy);
  }

  return { prepare, standIn: (name) => pick(standIns, name).text };
}
