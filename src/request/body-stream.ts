import type { IncomingMessage } from 'node:http';
import type { WebhookErrorCode } from '../errors';

/** How the reading of a body ended: with its bytes, or with the code of the refusal. */
export type BodyResult = Buffer | WebhookErrorCode;

interface ReadSettings {
  readonly limit: number;
  readonly timeoutMs: number;
  /** Called where the body does not come with its headers. */
  readonly onSlow?: () => void;
}

/**
 * Reads the bytes of a body to its end, whatever says its length. Never rejects. Not by body-parser, which takes a
 * request without a length for an empty one (HTTP/2, relays), and says that a body is too large only at its end; nor by
 * the raw-body behind it, whose five listeners, put on and taken off, cost a small delivery a tenth of its instructions.
 */
export function readStream(req: IncomingMessage, settings: ReadSettings): Promise<BodyResult> {
  // Something has called `setEncoding()`: the stream gives texts, and the bytes are gone.
  if (req.readableEncoding !== null) return Promise.resolve('ERR_WEBHOOK_SETUP');
  const { limit, timeoutMs, onSlow } = settings;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let received = 0;
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const settle = (result: BodyResult): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      // The rest of an upload that is refused is read and dropped, so that its sender gets to see the answer.
      if (typeof result === 'string') req.resume();
      chunks.length = 0;
      resolve(result);
    };
    // A request that a platform has made may end without saying so.
    const fail = (): void => settle('ERR_WEBHOOK_BODY_INCOMPLETE');
    req.on('data', (chunk: Buffer) => {
      if (isOver) return;
      received += chunk.length;
      chunks.push(chunk);
      if (received > limit) settle('ERR_WEBHOOK_BODY_SIZE');
    });
    req.on('end', () => settle(joinWhole(req, chunks, received)));
    req.on('error', fail);
    req.on('close', fail);
    // A small body comes with its headers, and is here before the next tick: that saves most requests a timer.
    process.nextTick(() => {
      if (isOver || req.complete) return;
      timer = setTimeout(() => settle('ERR_WEBHOOK_BODY_TIMEOUT'), timeoutMs);
      timer.unref();
      onSlow?.();
    });
  });
}

/** The bytes of a body that has ended, unless they are not as many as its length says. */
function joinWhole({ headers }: IncomingMessage, chunks: readonly Buffer[], received: number): BodyResult {
  const declared = headers['content-length'];
  if (declared !== undefined && Number(declared) !== received) return 'ERR_WEBHOOK_BODY_INCOMPLETE';
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, received);
}
