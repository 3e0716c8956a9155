import { isUtf8 } from 'node:buffer';
import type { Delivery } from '../core/delivery';
import { decodeBase64 } from '../core/encoding';
import { UsageError, type Io } from './io';
import { joinHeaders, parseRawRequest } from './raw-request';
import { readNamedFile } from './secret-input';

export const INPUT_OPTIONS = { har: { type: 'string' }, entry: { type: 'string' } } as const;

export const INPUT_HELP = `The delivery comes from a file, or from standard input where none is named ('-'): a raw HTTP request (request line,
headers, an empty line, the exact body), an HTTP archive (HAR), or the JSON that the live page exports
({ method, url, headers | rawHeaders, bodyBase64 }).

  --har <file>             take it from an HTTP archive
  --entry <number>         which of its entries, counted from 1`;

interface InputValues {
  readonly har?: string | undefined;
  readonly entry?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The delivery that a file or standard input holds, in whatever of the known forms. */
export async function readDelivery(
  file: string | undefined,
  values: InputValues,
  io: Pick<Io, 'readStdin' | 'readFile'>,
): Promise<Delivery> {
  if (values.har !== undefined && file !== undefined) throw new UsageError('takes a file or --har, not both');
  const path = values.har ?? file ?? '-';
  const bytes =
    path === '-'
      ? await io.readStdin()
      : await readNamedFile(values.har === undefined ? 'the file' : '--har', path, io);
  if (bytes.length === 0) throw new UsageError('the input is empty');
  const json = parseJson(bytes);
  if (values.har !== undefined || hasEntries(json)) return fromHar(json, values.entry);
  if (values.entry !== undefined) throw new UsageError('--entry is for an HTTP archive');
  return json === undefined ? parseRawRequest(bytes) : fromExport(json);
}

function parseJson(bytes: Buffer): Fields | undefined {
  if (!isUtf8(bytes)) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function hasEntries(json: Fields | undefined): boolean {
  return isFields(json?.log) && Array.isArray(json.log.entries);
}

function fromHar(json: Fields | undefined, entry: string | undefined): Delivery {
  const log = json?.log;
  const entries: readonly unknown[] = isFields(log) && Array.isArray(log.entries) ? log.entries : [];
  if (entries.length === 0) throw new UsageError('the HTTP archive has no entries');
  if (entry === undefined && entries.length > 1) {
    throw new UsageError(`the HTTP archive has ${entries.length} entries: choose one with --entry`);
  }
  const number = Number(entry ?? 1);
  const chosen = entries[number - 1];
  if (!isFields(chosen) || !isFields(chosen.request)) {
    throw new UsageError(`--entry must be a number from 1 to ${entries.length}`);
  }
  const { method, url, headers, postData } = chosen.request;
  const pairs = Array.isArray(headers) ? headers.filter(isFields) : [];
  // Names with a colon in front are no headers but the request line of HTTP/2.
  const rawHeaders = pairs
    .filter(({ name }) => typeof name === 'string' && !name.startsWith(':'))
    .flatMap(({ name, value }) => [String(name), String(value)]);
  const content = isFields(postData) ? postData : {};
  const text = typeof content.text === 'string' ? content.text : '';
  const body = Buffer.from(text, content.encoding === 'base64' ? 'base64' : 'utf8');
  return readParts(method, url, rawHeaders, body);
}

function fromExport({ method, url, headers, rawHeaders, bodyBase64 }: Fields): Delivery {
  const text = typeof bodyBase64 === 'string' ? bodyBase64 : undefined;
  const body = text === '' ? Buffer.alloc(0) : decodeBase64(text ?? '');
  if (body === undefined) throw new UsageError('the export must have "bodyBase64", in base64');
  if (Array.isArray(rawHeaders) && rawHeaders.every((part) => typeof part === 'string')) {
    return readParts(method, url, rawHeaders, body);
  }
  if (!isFields(headers)) throw new UsageError('the export must have "headers" or "rawHeaders"');
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => (typeof one === 'string' ? [name, one] : [])),
  );
  return readParts(method, url, pairs, body);
}

function readParts(method: unknown, url: unknown, rawHeaders: readonly string[], body: Buffer): Delivery {
  if (typeof method !== 'string' || method === '' || typeof url !== 'string') {
    throw new UsageError('the input must have "method" and "url"');
  }
  return { method, url, headers: joinHeaders(rawHeaders), rawHeaders, body };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
