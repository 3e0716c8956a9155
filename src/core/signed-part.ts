type Fields = Readonly<Record<string, unknown>>;

/** A body in two: what the signature covers, and what it does not. */
export interface BodyParts {
  readonly payload: unknown;
  readonly unsigned: unknown;
}

/**
 * Divides a parsed body. `part` has the fields that the signature covers, with the values that were verified: they
 * are the payload, whatever the parser has made of the body. Without it the whole body is signed.
 */
export function divideBody(value: unknown, part: Fields | undefined): BodyParts {
  return part === undefined
    ? { payload: value, unsigned: undefined }
    : { payload: part, unsigned: leaveOut(value, part) };
}

/** The fields of a value that are not among the signed ones; `undefined` where all are. */
function leaveOut(value: unknown, part: Fields): unknown {
  if (!isFields(value)) return value;
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (!Object.hasOwn(part, name)) return [[name, inner] as const];
    const signed = part[name];
    const rest = isFields(signed) ? leaveOut(inner, signed) : leaveOutOfList(inner, signed);
    return rest === undefined ? [] : [[name, rest] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The fields that the entries of a list have beside the signed ones, entry by entry. */
function leaveOutOfList(value: unknown, signed: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(value) || !Array.isArray(signed)) return undefined;
  const rests = value.map((entry: unknown, index) => {
    const part: unknown = signed[index];
    return isFields(part) ? leaveOut(entry, part) : undefined;
  });
  return rests.some((rest) => rest !== undefined) ? rests : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
