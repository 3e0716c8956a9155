import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';

/** A request to send as it is. */
export interface ExactSending {
  readonly url: URL;
  /** Path and query to the letter, where `url` would tidy them up. @default those of `url` */
  readonly path?: string;
  readonly method: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** @default 60000 */
  readonly timeoutMs?: number;
}

/** The answer, with its headers as they were written. */
export interface ExactAnswer {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

const TIMEOUT_MS = 60_000;

// Of one connection only (RFC 9110, section 7.6.1).
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Sends method, headers and bytes to the letter, which `fetch` does not. Rejects where there is no answer. */
export async function sendExact(sending: ExactSending): Promise<ExactAnswer> {
  const { url, path = url.pathname + url.search, method, rawHeaders, body } = sending;
  const { timeoutMs = TIMEOUT_MS } = sending;
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = [...endToEndHeaders(rawHeaders), ...writeFraming(rawHeaders, body), 'Connection', 'close'];
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request(url, { method, path, headers, timeout: timeoutMs }, resolve);
    outgoing.on('error', reject);
    outgoing.on('timeout', () =>
      outgoing.destroy(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })),
    );
    outgoing.end(body);
  });
  return {
    status: Number(response.statusCode),
    rawHeaders: response.rawHeaders,
    body: await buffer(response),
  };
}

/** The headers that a proxy passes on: all but those of the connection and those that it names. */
export function endToEndHeaders(rawHeaders: readonly string[]): string[] {
  const named = listValues(rawHeaders, 'connection').flatMap((value) =>
    value
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  const kept: string[] = [];
  listHeaders(rawHeaders, (name, value) => {
    if (!dropped.has(name.toLowerCase())) kept.push(name, value);
  });
  return kept;
}

/** The same headers with other values: a name that is not there yet is added. */
export function addHeaders(
  rawHeaders: readonly string[],
  changes: Readonly<Record<string, string>>,
): readonly string[] {
  const replaced = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const kept: string[] = [];
  listHeaders(rawHeaders, (name, value) => {
    if (!replaced.has(name.toLowerCase())) kept.push(name, value);
  });
  return [...kept, ...Object.entries(changes).flat()];
}

/** Calls with each name and value. */
export function listHeaders(rawHeaders: readonly string[], use: (name: string, value: string) => void): void {
  let name = '';
  rawHeaders.forEach((text, index) => {
    if (index % 2 === 1) use(name, text);
    name = text;
  });
}

// A body that came in chunks goes out in chunks.
function writeFraming(rawHeaders: readonly string[], body: Buffer): readonly string[] {
  if (listValues(rawHeaders, 'transfer-encoding').length > 0) return ['Transfer-Encoding', 'chunked'];
  if (listValues(rawHeaders, 'content-length').length > 0 || body.length === 0) return [];
  return ['Content-Length', String(body.length)];
}

function listValues(rawHeaders: readonly string[], wanted: string): readonly string[] {
  const values: string[] = [];
  listHeaders(rawHeaders, (name, value) => {
    if (name.toLowerCase() === wanted) values.push(value);
  });
  return values;
}
