import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import type { WebhookRequest } from '../request/state';

/** The answer as it went out. */
export interface RecordedAnswer {
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first bytes of the body. */
  readonly body: Buffer;
  /** How many there were in all. */
  readonly bytes: number;
}

const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 16 * 1024 ** 2;

type Anything = (...args: unknown[]) => never;

/** Keeps what is answered, without a change to it. The function tells what it was, once it has gone out. */
export function recordAnswer(res: ServerResponse): () => RecordedAnswer {
  const kept: Buffer[] = [];
  let bytes = 0;
  let given: unknown;
  const keep = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return;
    // As Node itself reads them: what is no encoding is none, and bytes have none.
    const part = Buffer.from(chunk as string, encoding as BufferEncoding);
    if (bytes < MAX_ANSWER_BYTES) kept.push(part.subarray(0, MAX_ANSWER_BYTES - bytes));
    bytes += part.length;
  };
  const { writeHead, write, end } = res as unknown as Record<'writeHead' | 'write' | 'end', Anything>;
  Object.assign(res, {
    writeHead(...args: unknown[]) {
      given = args.find((argument) => typeof argument === 'object');
      return writeHead.apply(res, args);
    },
    write(...args: unknown[]) {
      keep(args[0], args[1]);
      return write.apply(res, args);
    },
    end(...args: unknown[]) {
      keep(args[0], args[1]);
      return end.apply(res, args);
    },
  });
  return () => ({ headers: readHeaders(res, given), body: Buffer.concat(kept), bytes });
}

/**
 * Keeps the bytes of an upload that other code reads, or throws away: a delivery that is refused by its headers has
 * a body too. The function tells what there was; `undefined` where it did not come whole.
 */
export function recordBody(req: WebhookRequest): () => Buffer | undefined {
  // A middleware before us has kept it.
  const earlier = [req.rawBody, req.body].find((bytes) => Buffer.isBuffer(bytes));
  if (earlier !== undefined) return () => earlier;
  const kept: Buffer[] = [];
  let bytes = 0;
  // Not a listener: the first one would set the stream flowing before its reader is there.
  const emit = req.emit.bind(req) as (...args: unknown[]) => boolean;
  req.emit = (...args: unknown[]): boolean => {
    const [event, chunk] = args;
    if (event === 'data' && Buffer.isBuffer(chunk)) {
      bytes += chunk.length;
      if (bytes <= MAX_BODY_BYTES) kept.push(chunk);
      else kept.length = 0;
    }
    return emit(...args);
  };
  return () => {
    const { 'content-length': length, 'transfer-encoding': transfer } = req.headers;
    if (!req.complete || bytes > MAX_BODY_BYTES) return undefined;
    if (bytes === 0 && (transfer !== undefined || Number(length) > 0)) return undefined;
    return Buffer.concat(kept);
  };
}

/** Calls when the upload has ended, as it does at the latest when the connection ends. */
export function whenUploaded(req: IncomingMessage, listener: () => void): void {
  finished(req, () => listener());
}

// Headers that are only given to `writeHead` are sent, but `getHeaders` does not know them.
function readHeaders(res: ServerResponse, given: unknown): RecordedAnswer['headers'] {
  const fields = new Map<string, readonly [string, unknown]>();
  const add = (name: string, value: unknown): unknown => fields.set(name.toLowerCase(), [name, value]);
  for (const [name, value] of Object.entries(res.getHeaders())) add(name, value);
  if (Array.isArray(given)) {
    for (let index = 0; index < given.length; index += 2) add(String(given[index]), given[index + 1]);
  } else {
    for (const [name, value] of Object.entries(given ?? {})) add(name, value);
  }
  return [...fields.values()].flatMap(([name, value]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((one) => [name, String(one as string | number)] as const);
  });
}
