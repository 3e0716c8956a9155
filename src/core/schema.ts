import { AN_OBJECT, describeType, type OptionCheck } from '../options';
import { chain, type Awaitable } from '../awaitable';

/**
 * The part of the Standard Schema interface (https://standardschema.dev), version 1, that is used here. The schemas of
 * zod, valibot, arktype and others have it.
 */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly validate: (value: unknown) => Awaitable<SchemaResult<Output>>;
    readonly types?: { readonly output: Output } | undefined;
  };
}

/** The result of a schema for a value: the value that it makes of it, or why it does not fit. */
export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

/** One reason why a value does not fit, and where. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The result of a schema for a payload: the value that it makes of it, or why it does not fit. */
export type Fit = { readonly value: unknown } | { readonly issues: readonly string[] };

const MAX_ISSUES = 10;

export const A_SCHEMA: OptionCheck = {
  accepts(value) {
    if (typeof value !== 'function' && !AN_OBJECT.accepts(value)) return false;
    const standard = (value as Partial<StandardSchema>)['~standard'];
    return standard?.version === 1 && typeof standard.validate === 'function';
  },
  expects:
    'a Standard Schema, which has the property "~standard": pass a schema of zod 3.24, valibot 1 or arktype 2, ' +
    'or a later one, itself and not its parse function',
};

/** Asks a schema about a payload. What the schema throws, or what is no result, is thrown. */
export function fit(schema: StandardSchema, payload: unknown): Awaitable<Fit> {
  return chain(schema['~standard'].validate(payload), readResult);
}

function readResult(result: SchemaResult<unknown>): Fit {
  // A schema of the user's own may answer anything.
  if (!AN_OBJECT.accepts(result)) {
    throw new TypeError(`a schema must answer with "value" or "issues", got ${describeType(result)}`);
  }
  if (result.issues === undefined) return { value: result.value };
  if (!Array.isArray(result.issues)) {
    throw new TypeError(`"issues" of a schema must be a list, got ${describeType(result.issues)}`);
  }
  return { issues: result.issues.slice(0, MAX_ISSUES).map(issueText) };
}

function issueText({ message, path = [] }: SchemaIssue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
