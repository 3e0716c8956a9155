import type { OptionCheck } from '../options';
import type { HeaderFields, HeaderPairs } from './delivery';
import type { CompiledProvider } from './compiled-provider';
import { decodeText } from './encoding';

export interface HeaderSource {
  readonly headers: HeaderFields;
  readonly rawHeaders?: readonly string[] | undefined;
}

/** The values in a signature header. */
export interface SignatureFields {
  readonly signatures: readonly Buffer[];
  /** The timestamp item, where the provider has it in this header. */
  readonly timestamp: string | undefined;
}

/** The check of headers that are given as fields or as pairs, a list of pairs among them. */
export const HEADERS: OptionCheck = {
  accepts: (value) => typeof value === 'object' && value !== null,
  expects: 'an object',
  secret: true,
};

export const MAX_HEADER_LENGTH = 4096;
const MAX_SIGNATURES = 8;
const MAX_ITEMS = 16;

/**
 * The value of the first of the named headers that is present: `undefined` where none is, `null` where it is not
 * there exactly once. Node joins or drops repeated headers, so they are counted in `rawHeaders`.
 */
export function readHeader(source: HeaderSource, names: readonly string[]): string | null | undefined {
  for (const name of names) {
    const value = Object.hasOwn(source.headers, name) ? source.headers[name] : undefined;
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.length > MAX_HEADER_LENGTH) return null;
    return isRepeated(source.rawHeaders, name) ? null : value;
  }
  return undefined;
}

/** The text of a header that is there exactly once; empty where it is not. */
export function headerText(source: HeaderSource, name: string): string {
  return readHeader(source, [name]) ?? '';
}

/** The signatures of a delivery; `undefined` where there are none, or one of their headers is not as it must be. */
export function findSignatures(
  compiled: CompiledProvider,
  source: HeaderSource,
): SignatureFields | undefined {
  const { all = false, repeated = false } = compiled.provider.signature;
  // The sender of a delivery never chooses the scheme: where it names another one, it is refused.
  const isOther = compiled.declared.some(([name, text]) => {
    const value = readHeader(source, [name]);
    return value !== undefined && value !== text;
  });
  if (isOther) return undefined;
  if (all) return joinSignatures(compiled, source);
  const header = repeated
    ? readLines(source, compiled.signatureHeaders)
    : readHeader(source, compiled.signatureHeaders);
  return typeof header === 'string' ? readSignatures(compiled, header) : undefined;
}

/** The signatures of all headers that are there; `undefined` where one of them is malformed. */
function joinSignatures(compiled: CompiledProvider, source: HeaderSource): SignatureFields | undefined {
  const signatures: Buffer[] = [];
  for (const name of compiled.signatureHeaders) {
    const header = readHeader(source, [name]);
    if (header === undefined) continue;
    const fields = header === null ? undefined : readSignatures(compiled, header);
    if (fields === undefined) return undefined;
    signatures.push(...fields.signatures);
  }
  const isRight = signatures.length > 0 && signatures.length <= MAX_SIGNATURES;
  return isRight ? { signatures, timestamp: undefined } : undefined;
}

/** A header that is a list in several lines, which Node joins by a comma and a space. */
function readLines({ headers }: HeaderSource, names: readonly string[]): string | undefined {
  const name = names.find((known) => Object.hasOwn(headers, known) && headers[known] !== undefined);
  const text = name === undefined ? undefined : [headers[name]].flat().join(', ');
  return text !== undefined && text.length <= MAX_HEADER_LENGTH ? text : undefined;
}

/** The signatures in a header by the provider's grammar, or `undefined` where it does not match to the last letter. */
export function readSignatures(compiled: CompiledProvider, header: string): SignatureFields | undefined {
  const { items, groups, assign, prefix = '', scheme } = compiled.provider.signature;
  if (items !== undefined) {
    const text = groups === undefined ? header : header.replaceAll(groups, items);
    return readItems(compiled, text, items, assign);
  }
  const start = scheme === undefined ? prefix.length : scheme.length + 1;
  const isRight =
    scheme === undefined
      ? header.startsWith(prefix)
      : header.slice(0, start).toLowerCase() === `${scheme.toLowerCase()} `;
  const signature = isRight ? readSignature(compiled, header.slice(start)) : undefined;
  return signature && { signatures: [signature], timestamp: undefined };
}

/**
 * The headers as Node's parser gives them, for deliveries that come from elsewhere: names in lower case, and a list of
 * one value as that value. A list of several stays one, so that `readHeader` refuses it.
 */
export function lowerCaseHeaders(headers: HeaderFields): HeaderFields {
  const names = Object.keys(headers);
  const asNode = names.every((name) => name === name.toLowerCase() && !isShortList(headers[name]));
  return asNode ? headers : collect(Object.entries(headers));
}

/** The same headers as an object. Throws a `TypeError` where they are neither fields nor pairs. */
export function headerFields(where: string, headers: HeaderFields | HeaderPairs): HeaderFields {
  if (!isIterable(headers)) return headers;
  return collect(
    Array.from(headers, (pair: unknown) => {
      if (isPair(pair)) return pair;
      throw new TypeError(
        `${where}: option "headers" must be an object of header fields, or a Headers, a Map or the like, which ` +
          'gives pairs of name and value; use req.headers, or new Headers(...)',
      );
    }),
  );
}

function isIterable(headers: HeaderFields | HeaderPairs): headers is HeaderPairs {
  return Symbol.iterator in headers;
}

// Without types it may be iterable and hold anything.
function isPair(pair: unknown): pair is readonly [string, string | readonly string[]] {
  return Array.isArray(pair) && pair.length === 2 && isText(pair[0]) && [pair[1]].flat().every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isShortList(value: HeaderFields[string]): value is readonly string[] {
  return Array.isArray(value) && value.length < 2;
}

function collect(entries: readonly (readonly [string, HeaderFields[string]])[]): HeaderFields {
  const lower: Record<string, string | readonly string[]> = Object.create(null) as typeof lower;
  for (const [name, given] of entries) {
    // API Gateway and `headersDistinct` of Node give every header as a list.
    const value = isShortList(given) ? given[0] : given;
    if (value === undefined) continue;
    const earlier = lower[name.toLowerCase()];
    lower[name.toLowerCase()] = earlier === undefined ? value : [earlier, value].flat();
  }
  return lower;
}

function isRepeated(rawHeaders: readonly string[] | undefined, name: string): boolean {
  if (rawHeaders === undefined) return false;
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const other = rawHeaders[index];
    if (other?.length === name.length && other.toLowerCase() === name) count += 1;
  }
  return count > 1;
}

function readItems(
  compiled: CompiledProvider,
  header: string,
  separator: string,
  assign: string | undefined,
): SignatureFields | undefined {
  const { key, bare = assign === undefined, groups } = compiled.provider.signature;
  const field = compiled.provider.timestamp?.field;
  const signatures: Buffer[] = [];
  let timestamp: string | undefined;
  for (let start = 0, count = 0; start <= header.length; count += 1) {
    if (count === MAX_ITEMS) return undefined;
    const found = header.indexOf(separator, start);
    const end = found === -1 ? header.length : found;
    // Some senders write one space behind the separator.
    const item = header.slice(header[start] === ' ' && separator.length === 1 ? start + 1 : start, end);
    start = end + separator.length;
    if (assign === undefined && field !== undefined && count === 0) {
      timestamp = item;
      continue;
    }
    const split = assign === undefined ? -1 : item.indexOf(assign);
    if (split === -1 && !bare) return undefined;
    const name = split === -1 ? key : item.slice(0, split);
    // The mark is one character, so an item without it is a value from its first letter on.
    const value = item.slice(split + 1);
    if (name === key) {
      const signature = readSignature(compiled, value);
      if (signature === undefined || signatures.length === MAX_SIGNATURES) return undefined;
      signatures.push(signature);
    } else if (name === field) {
      // Every group has the time, and it is the same one.
      if (timestamp !== undefined && (groups === undefined || timestamp !== value)) return undefined;
      timestamp = value;
    }
  }
  return signatures.length === 0 ? undefined : { signatures, timestamp };
}

function readSignature(compiled: CompiledProvider, text: string): Buffer | undefined {
  const { algorithm, signature } = compiled.provider;
  // A token is compared as the bytes that came over the wire, which Node shows as Latin-1.
  if (algorithm === 'token' && signature.encoding === 'utf8') {
    return text === '' ? undefined : Buffer.from(text, 'latin1');
  }
  const bytes = decodeText(text, signature.encoding);
  if (bytes === undefined) return undefined;
  return compiled.signatureBytes === undefined || bytes.length === compiled.signatureBytes
    ? bytes
    : undefined;
}
