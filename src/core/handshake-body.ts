import { valueAt } from './event-and-id';
import type { HandshakeDefinition } from './handshake-definition';
import { parseJsonObject } from './untrusted-json';

/** The fields of a JSON object, or of the only one in a list. */
export function readPairs(
  body: Buffer,
  isList: boolean,
): readonly (readonly [string, unknown])[] | undefined {
  const [, inner] = /^\s*\[(.*)\]\s*$/s.exec(isList ? body.toString('latin1') : '') ?? [];
  const text = isList ? Buffer.from(inner ?? '', 'latin1') : body;
  const fields = parseJsonObject(text);
  return fields && Object.entries(fields);
}

/** Whether a payload is what the fields of a handshake say. */
export function matchesBody(
  { body = {}, has, lacks, empty }: HandshakeDefinition['when'],
  payload: unknown,
): boolean {
  return (
    Object.entries(body).every(([path, value]) => valueAt(payload, path) === value) &&
    (has === undefined || valueAt(payload, has) !== undefined) &&
    (lacks === undefined || valueAt(payload, lacks) === undefined) &&
    (empty === undefined || isEmptyList(valueAt(payload, empty)))
  );
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
