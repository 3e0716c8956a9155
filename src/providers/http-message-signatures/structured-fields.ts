import {
  isInnerList,
  parseDictionary,
  serializeInnerList,
  type Dictionary,
  type InnerList,
} from 'structured-headers';

export type { Dictionary } from 'structured-headers';

/** The parameters of a value; numbers, strings, booleans, and what the library makes of the other kinds. */
export type FieldParameters = ReadonlyMap<string, unknown>;

/** A list in parentheses. */
export interface FieldList {
  readonly items: readonly { readonly value: unknown; readonly parameters: FieldParameters }[];
  readonly parameters: FieldParameters;
}

/** The dictionary that a header holds (RFC 9651, section 3.2), or `undefined` where it is not one to the last letter. */
export function readDictionary(header: string): Dictionary | undefined {
  try {
    return parseDictionary(header);
  } catch {
    return undefined;
  }
}

/** The bytes of a member. */
export function bytesAt(dictionary: Dictionary, key: string): Buffer | undefined {
  const value: unknown = dictionary.get(key)?.[0];
  return value instanceof ArrayBuffer ? Buffer.from(value) : undefined;
}

/** A member that is a list. */
export function listAt(dictionary: Dictionary, key: string): FieldList | undefined {
  const member = dictionary.get(key);
  if (member === undefined || !isInnerList(member)) return undefined;
  const [items, parameters] = member;
  return {
    items: items.map(([value, own]: readonly [unknown, FieldParameters]) => ({ value, parameters: own })),
    parameters,
  };
}

/** A list of strings as it is written in a header. */
export function listText(strings: readonly string[], parameters: FieldParameters): string {
  const list: unknown = [strings.map((text) => [text, new Map()]), parameters];
  // The cast is safe: values are parsed ones, or numbers and strings.
  return serializeInnerList(list as InnerList);
}
