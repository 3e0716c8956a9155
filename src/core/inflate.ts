import { gunzip, gunzipSync, type Zlib, type ZlibOptions } from 'node:zlib';
import type { WebhookErrorCode } from '../errors';
import type { Provider } from './provider';

/** A body as it was before it was compressed, or why it cannot be had. */
export type InflateResult = Buffer | WebhookErrorCode;

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: Zlib;
}

/**
 * Whether a body is to be inflated before it is verified. The first bytes say so (RFC 1952, section 2.3.1), because no
 * JSON begins with them; a Content-Encoding is signed by nothing.
 */
export function isCompressed({ compression }: Pick<Provider, 'compression'>, body: Buffer): boolean {
  return compression !== undefined && body[0] === 0x1f && body[1] === 0x8b;
}

/** Inflates a body. It stops as soon as more than `limit` bytes come out: a bomb costs no more than a body may. */
export function inflate(body: Buffer, limit: number): Promise<InflateResult> {
  return new Promise((resolve) => {
    gunzip(body, boundsOf(limit), (error, result) => {
      resolve(error === null ? takeWhole(body, result) : nameFault(error));
    });
  });
}

/** As `inflate`, for callers that cannot wait. */
export function inflateSync(body: Buffer, limit: number): InflateResult {
  try {
    return takeWhole(body, gunzipSync(body, boundsOf(limit)));
  } catch (error) {
    return nameFault(error as NodeJS.ErrnoException);
  }
}

function boundsOf(maxOutputLength: number): ZlibOptions {
  return { maxOutputLength, info: true };
}

/** The bytes that came out, where all that went in was read: zlib passes over what stands behind the end. */
function takeWhole(body: Buffer, result: Buffer): InflateResult {
  // The cast is safe: the option `info` makes it an object, which the types do not say.
  const { buffer, engine } = result as unknown as Inflated;
  return engine.bytesWritten === body.length ? buffer : 'ERR_WEBHOOK_ENCODING';
}

function nameFault({ code }: NodeJS.ErrnoException): WebhookErrorCode {
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'ERR_WEBHOOK_BODY_SIZE';
  return code === 'Z_BUF_ERROR' ? 'ERR_WEBHOOK_BODY_INCOMPLETE' : 'ERR_WEBHOOK_ENCODING';
}
