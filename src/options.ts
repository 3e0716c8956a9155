import { inspect } from 'node:util';

/** The test of one option, and the words for its error message. */
export interface OptionCheck {
  readonly accepts: (value: unknown) => boolean;
  readonly expects: string;
  /** `true` where the value must not appear in a message. */
  readonly secret?: boolean;
  readonly required?: boolean;
}

export type OptionChecks = Readonly<Record<string, OptionCheck>>;

/**
 * Checks an options object: unknown names, missing required ones, and each value that is not `undefined`.
 * Throws a `TypeError` that names the option, the value and what is expected. Returns a copy of what was checked,
 * the own properties, which a polluted prototype cannot add to.
 */
export function checkOptions<Options>(where: string, options: Options, checks: OptionChecks): Options {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    // It may be a secret in the wrong place.
    throw new TypeError(`${where}: expects an options object, got ${describeType(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(checks, name)) {
      throw new TypeError(
        `${where}: unknown option "${name}"; the options are ${Object.keys(checks).join(', ')}`,
      );
    }
  }
  for (const [name, check] of Object.entries(checks)) {
    const value = ownValue(options, name);
    if (value === undefined && check.required !== true) continue;
    if (value === undefined || !check.accepts(value)) {
      const got = check.secret === true ? describeType(value) : describe(value);
      throw new TypeError(`${where}: option "${name}" must be ${check.expects}, got ${got}`);
    }
  }
  return Object.assign(Object.create(null) as Options & object, options);
}

/** The own property of an options object: what a polluted prototype offers is not an option. */
export function ownValue(options: object, name: string): unknown {
  return Object.hasOwn(options, name) ? (options as Readonly<Record<string, unknown>>)[name] : undefined;
}

/**
 * A setting, cut short, for an error message. It may be a secret in the wrong place, or hold one: a text that is long
 * enough for a secret is not shown, unless it is an address.
 */
export function describe(value: unknown): string {
  return cut(inspect(hideTexts(value, DESCRIBED_DEPTH), ONE_LINE));
}

/** Describes a thrown value for a warning: the message of an error, or another value, cut short. */
export function describeThrown(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : cut(inspect(thrown, ONE_LINE));
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

const DESCRIBED_DEPTH = 1;
const ONE_LINE = { depth: DESCRIBED_DEPTH, breakLength: Infinity, compact: true };
const SECRET_LENGTH = 16;
// Addresses and ranges of both families: groups of digits that are too short for a secret.
const ADDRESS = /^(?:[\da-f]{0,4}[.:/-]{1,3}){2,16}[\da-f]{0,4}$/i;
const ORIGIN = /^[a-z]{2,5}:\/\/[^\s/?#@]+\/?$/i;

/** A copy without the texts that may be secrets; of all but plain values only the kind is left. */
function hideTexts(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    const isShown = value.length < SECRET_LENGTH || ADDRESS.test(value) || ORIGIN.test(value);
    return isShown ? value : standIn(`a string of ${value.length} characters`);
  }
  if (typeof value === 'function') return standIn(describeType(value));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const isList = Array.isArray(value);
  if (depth < 0 || (!isList && !isPlain(value))) return standIn(describeType(value));
  const hidden = Object.entries(Object.getOwnPropertyDescriptors(value))
    .filter(([, { enumerable }]) => enumerable)
    .map(([name, property]) => [name, hideTexts(property.value, depth - 1)] as const);
  return isList ? hidden.map(([, entry]) => entry) : Object.fromEntries(hidden);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function standIn(text: string): object {
  return { [inspect.custom]: () => text };
}

/** The kind of a value that must not be shown itself. */
export function describeType(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (value === '') return 'an empty string';
  return Array.isArray(value) ? `an array of ${value.length}` : `a value of type ${typeof value}`;
}

export const A_FUNCTION: OptionCheck = {
  accepts: (value) => typeof value === 'function',
  expects: 'a function',
};

export const AN_OBJECT: OptionCheck = {
  accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  expects: 'an object',
};

export const A_TEXT: OptionCheck = {
  accepts: (value) => typeof value === 'string' && value.trim() !== '',
  expects: 'a string that is not blank',
};

export const A_BOOLEAN: OptionCheck = {
  accepts: (value) => typeof value === 'boolean',
  expects: 'true or false',
};

export function oneOf(...values: readonly (string | number)[]): OptionCheck {
  return {
    accepts: (value) => values.some((known) => known === value),
    expects: values.map((known) => describe(known)).join(' or '),
  };
}

export function numberBetween(least: number, most: number, unit: string): OptionCheck {
  return {
    accepts: (value) => typeof value === 'number' && value >= least && value <= most,
    expects: `a number of ${unit} from ${least} to ${most}`,
  };
}

export function integerBetween(least: number, most: number, meaning: string): OptionCheck {
  return {
    accepts: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
    expects: `${meaning} (an integer from ${least} to ${most})`,
  };
}

export function required(check: OptionCheck): OptionCheck {
  return { ...check, required: true };
}

const SIZE = /^\d{1,9}(?:(?:\.\d{1,3})? ?(kb|mb|gb)| ?b)?$/i;
const UNITS = ['b', 'kb', 'mb', 'gb'];

/** Bytes of `1048576`, `'1mb'`, `'1.5 mb'`; `undefined` for anything else, so that no typo lifts a limit. */
export function parseSize(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) && value > 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const match = SIZE.exec(value);
  if (match === null) return undefined;
  const [, unit = 'b'] = match;
  const bytes = Math.floor(parseFloat(value) * 1024 ** UNITS.indexOf(unit.toLowerCase()));
  return bytes > 0 ? bytes : undefined;
}

export const A_SIZE: OptionCheck = {
  accepts: (value) => parseSize(value) !== undefined,
  expects: `a number of bytes above 0, or a size such as '1mb'`,
};
