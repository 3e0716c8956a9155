import { isUtf8 } from 'node:buffer';
import { withoutMark } from './charset';

/** A JSON object of which nothing is known yet. */
export type UntrustedObject = Readonly<Record<string, unknown>>;

/**
 * The object that a body holds, for the schemes that write their signature into it. `undefined` where the body is
 * larger than `maxBytes`, or is no JSON object.
 */
export function readUntrustedJson(body: Buffer, maxBytes: number): UntrustedObject | undefined {
  if (body.length > maxBytes || !isUtf8(body)) return undefined;
  try {
    return asObject(JSON.parse(withoutMark(body).toString()));
  } catch {
    return undefined;
  }
}

/** An own field that is an object, not a list. */
export function ownObject(object: UntrustedObject, name: string): UntrustedObject | undefined {
  return Object.hasOwn(object, name) ? asObject(object[name]) : undefined;
}

/** An own field that is text. */
export function ownText(object: UntrustedObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function asObject(value: unknown): UntrustedObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as UntrustedObject) : undefined;
}
