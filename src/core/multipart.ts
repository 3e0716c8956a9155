import { decodeBytes } from './charset';
import type { FormFields } from './form';

const MAX_PARTS = 64;
// RFC 2046, section 5.1.1; behind the two dashes of every delimiter.
const DELIMITER = /^--[0-9A-Za-z'()+_,./:=?-]{1,70}$/;
const NAME = /^content-disposition: form-data; name="([^"\\]{1,256})"$/i;
const OTHER_HEADER = /^content-(?:type|length): [\x20-\x7e]{1,256}$/i;
const LINE_END = '\r\n';

/**
 * Whether a form is written as multipart/form-data: it begins with a delimiter, and has line ends, which are escaped in
 * every other form. No header says so, because none is signed.
 */
export function isMultipart(body: Buffer): boolean {
  return body.subarray(0, 2).toString('latin1') === '--' && body.includes(LINE_END);
}

/**
 * The fields of a multipart form (RFC 7578); `undefined` where it is not written to the letter. It has no files, 64
 * parts at most, and nothing in front of the first delimiter or behind the last one.
 */
export function parseMultipart(body: Buffer, charset: string): FormFields | undefined {
  const text = body.toString('latin1');
  const delimiter = text.slice(0, text.indexOf(LINE_END));
  const end = `${LINE_END}${delimiter}--`;
  const closed = text.indexOf(end);
  const isClosed = closed !== -1 && ['', LINE_END].includes(text.slice(closed + end.length));
  if (!DELIMITER.test(delimiter) || !isClosed) return undefined;
  const parts = text.slice(delimiter.length + LINE_END.length, closed).split(LINE_END + delimiter + LINE_END);
  if (parts.length > MAX_PARTS) return undefined;
  const fields = new Map<string, string>();
  for (const part of parts) {
    const [name, value] = readPart(part, charset) ?? [];
    if (name === undefined || value === undefined || fields.has(name)) return undefined;
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

function readPart(part: string, charset: string): readonly [name: string, value: string] | undefined {
  const end = part.indexOf(LINE_END + LINE_END);
  const headers = part.slice(0, Math.max(end, 0)).split(LINE_END);
  const names = headers.flatMap((line) => NAME.exec(line)?.[1] ?? []);
  const isKnown = headers.every((line) => NAME.test(line) || OTHER_HEADER.test(line));
  const [name, ...others] = names;
  if (name === undefined || others.length > 0 || !isKnown) return undefined;
  const value = decodeBytes(Buffer.from(part.slice(end + 2 * LINE_END.length), 'latin1'), charset);
  return value === undefined ? undefined : [name, value];
}
