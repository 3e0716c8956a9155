import { AN_OBJECT, describe, describeType, ownValue } from '../options';

/** A secret with a name of your own, so that several can be told apart while one replaces another. */
export interface Secret {
  /** Appears in decisions; never the secret itself. */
  readonly id: string;
  /** The text as the sender's settings show it. For asymmetric schemes the public key. */
  readonly value: string;
  /** When it was made: for the report of its age, and to know the newest of several that are in use. */
  readonly createdAt?: Date | undefined;
  /** Used from this time on. */
  readonly notBefore?: Date | undefined;
  /** Used until this time. */
  readonly notAfter?: Date | undefined;
}

/** One secret, or several that are valid at once. A plain string is one with the id `default`. */
export type SecretOption = string | Secret | readonly (string | Secret)[];

export interface Lifetime {
  readonly id: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Milliseconds since 1970, or `NaN` where it is not known. */
  readonly createdAt: number;
}

/** A secret that was checked, its text not yet decoded. */
export interface ListedSecret extends Lifetime {
  readonly value: string;
}

const SECRET_KEYS = ['id', 'value', 'createdAt', 'notBefore', 'notAfter'];

/** The secrets of an option, checked but not yet decoded. Throws a `TypeError` that shows none. */
export function listSecrets(option: unknown): readonly ListedSecret[] {
  const list: readonly unknown[] = Array.isArray(option) ? option : [option];
  if (list.length === 0) {
    throw new TypeError('option "secret" must hold at least one secret, got an empty list');
  }
  const secrets = list.map(readSecret);
  const ids = secrets.map(({ id }) => id);
  const double = ids.find((id, index) => ids.indexOf(id) !== index);
  if (double !== undefined) {
    throw new TypeError(
      `option "secret" has two secrets with the id ${describe(double)}: give each its own "id"`,
    );
  }
  return secrets;
}

/** Whether a secret may be used at a time, its edges included. */
export function isInUse(lifetime: Lifetime, now: number): boolean {
  return timeOutside(lifetime, now) <= 0;
}

/** Milliseconds from a time to the lifetime of a secret; none or fewer within it. It takes as long for each. */
export function timeOutside({ notBefore, notAfter }: Lifetime, now: number): number {
  return Math.max(notBefore - now, now - notAfter);
}

function readSecret(option: unknown): ListedSecret {
  const given = AN_OBJECT.accepts(option) ? (option as object) : { id: 'default', value: option };
  const unknown = Object.keys(given).find((key) => !SECRET_KEYS.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`option "secret": unknown key "${unknown}"; a secret has ${SECRET_KEYS.join(', ')}`);
  }
  const id = ownValue(given, 'id');
  if (typeof id !== 'string' || id.trim() === '') {
    throw new TypeError(`option "secret": "id" must be a string that is not blank, got ${describe(id)}`);
  }
  const value = checkValue(ownValue(given, 'value'));
  const notBefore = readTime('notBefore', ownValue(given, 'notBefore'), -Infinity);
  const notAfter = readTime('notAfter', ownValue(given, 'notAfter'), Infinity);
  if (notBefore > notAfter) {
    throw new TypeError(
      `option "secret": "notAfter" of ${describe(id)} is before its "notBefore", so it would never be used`,
    );
  }
  return {
    id,
    value,
    notBefore,
    notAfter,
    createdAt: readTime('createdAt', ownValue(given, 'createdAt'), NaN),
  };
}

function checkValue(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new TypeError(
    `option "secret" must be a string that is not blank, got ${describeType(value)}. ` +
      'If it comes from an environment variable, check that the variable is set',
  );
}

function readTime(name: string, value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.getTime();
  throw new TypeError(`option "secret": "${name}" must be a valid Date, got ${describe(value)}`);
}
