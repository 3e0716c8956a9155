import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import type { WebhookErrorCode } from '../errors';

/** How the reading of a body ended: with its bytes, or with the code of the refusal. */
export type BodyResult = Buffer | WebhookErrorCode;

// Every other failure means that the body did not arrive whole.
const CODES = new Map<string, WebhookErrorCode>([
  ['entity.too.large', 'ERR_WEBHOOK_BODY_SIZE'],
  // Something has called `setEncoding()`: the stream gives texts, and the bytes are gone.
  ['stream.encoding.set', 'ERR_WEBHOOK_SETUP'],
]);

/**
 * Reads the bytes of a body to its end, whatever says its length. Never rejects. Not by body-parser, which takes a
 * request without a length for an empty one (HTTP/2, relays), and says that a body is too large only at its end.
 */
export function readStream(
  req: IncomingMessage,
  { limit, timeoutMs }: { readonly limit: number; readonly timeoutMs: number },
): Promise<BodyResult> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const settle = (result: BodyResult): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      // The rest of an upload that is refused is read and dropped, so that its sender gets to see the answer.
      if (typeof result === 'string') req.resume();
      resolve(result);
    };
    getRawBody(req, { limit, length: req.headers['content-length'] ?? null }, (error, body) => {
      const known = error as typeof error | null;
      settle(known === null ? body : (CODES.get(known.type) ?? 'ERR_WEBHOOK_BODY_INCOMPLETE'));
    });
    // A request that a platform has made may end without saying so.
    req.once('close', () => settle('ERR_WEBHOOK_BODY_INCOMPLETE'));
    // A small body comes with its headers, and is here before the next tick: that saves most requests a timer.
    process.nextTick(() => {
      if (isOver || req.complete) return;
      timer = setTimeout(() => settle('ERR_WEBHOOK_BODY_TIMEOUT'), timeoutMs);
      timer.unref();
    });
  });
}
