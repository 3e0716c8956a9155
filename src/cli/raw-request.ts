import type { Delivery } from '../core/delivery';
import { UsageError } from './io';

const START = /^([A-Za-z]{1,32}) (\S+)(?: HTTP\/[0-9.]+)?$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(?:[ \t]*([^ \t\r]+(?:[ \t]+[^ \t\r]+)*))?[ \t]*$/;
const CHUNK = /^([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n/;
const CHUNK_LINE = 1024;

/**
 * Reads a saved HTTP request: a request line, header lines, an empty line, and then the exact bytes of the body. Lines
 * may end in CRLF or LF. Throws a `UsageError` for anything else.
 */
export function parseRawRequest(bytes: Buffer): Delivery {
  const { head, body } = split(bytes);
  const [start = '', ...lines] = head;
  const [, method, url] = START.exec(start) ?? [];
  if (method === undefined || url === undefined) {
    throw new UsageError(
      'the input is no HTTP request: it must begin with a line such as "POST /path HTTP/1.1"',
    );
  }
  const rawHeaders = splitFields(lines);
  const headers = joinHeaders(rawHeaders);
  return { method: method.toUpperCase(), url, headers, rawHeaders, body: decodeBody(headers, body) };
}

/** The headers as Node gives them: names in lower case, repeated fields joined. */
export function joinHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers = Object.create(null) as Record<string, string>;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]).toLowerCase();
    const value = String(rawHeaders[index + 1]);
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : `${earlier}, ${value}`;
  }
  return headers;
}

function split(bytes: Buffer): { readonly head: readonly string[]; readonly body: Buffer } {
  const head: string[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf('\n', start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.toString('latin1', start, end).replace(/\r$/, '');
    start = end + 1;
    // Empty lines in front are skipped, as servers do.
    if (line !== '') head.push(line);
    else if (head.length > 0) break;
  }
  return { head, body: bytes.subarray(start) };
}

function splitFields(lines: readonly string[]): readonly string[] {
  const fields: string[] = [];
  lines.forEach((line, index) => {
    const last = fields.length - 1;
    if (/^[ \t]/.test(line) && last > 0) {
      fields[last] = `${String(fields[last])} ${line.trim()}`;
      return;
    }
    const [, name, value = ''] = FIELD.exec(line) ?? [];
    if (name === undefined) {
      throw new UsageError(
        `line ${index + 2} of the request is no header; is the empty line before the body missing?`,
      );
    }
    fields.push(name, value);
  });
  return fields;
}

function decodeBody(headers: Readonly<Record<string, string>>, body: Buffer): Buffer {
  const isChunked = /(?:^|,)\s*chunked\s*$/i.test(headers['transfer-encoding'] ?? '');
  // Some tools keep the header and save the body decoded.
  if (isChunked && CHUNK.test(body.toString('latin1', 0, CHUNK_LINE))) return decodeChunks(body);
  const length = headers['content-length'] ?? '';
  const end = /^\d{1,15}$/.test(length) ? Number(length) : body.length;
  // An editor or a shell that saves the file adds a line break. Anything else behind the length is for the diagnosis.
  return body.toString('latin1', end).trim() === '' ? body.subarray(0, end) : body;
}

function decodeChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let start = 0; ;) {
    const [line, digits] = CHUNK.exec(body.toString('latin1', start, start + CHUNK_LINE)) ?? [];
    const size = parseInt(digits ?? '', 16);
    if (line === undefined) throw failDamaged(start);
    if (size === 0) return Buffer.concat(chunks);
    const from = start + line.length;
    const end = from + size;
    const [lineEnd] = /^\r?\n/.exec(body.toString('latin1', end, end + 2)) ?? [];
    if (lineEnd === undefined) throw failDamaged(start);
    chunks.push(body.subarray(from, end));
    start = end + lineEnd.length;
  }
}

function failDamaged(start: number): UsageError {
  return new UsageError(`the chunked body is damaged at its byte ${start}`);
}
