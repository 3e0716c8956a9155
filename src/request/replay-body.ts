import type { IncomingMessage } from 'node:http';
import type { WebhookRequest } from './state';

interface Destination extends NodeJS.WritableStream {
  readonly writableEnded?: boolean;
  /** `null` while a request to a server has no connection yet. */
  readonly socket?: unknown;
}

/**
 * Lets what stands behind a guard read the verified bytes once more from the request, by `pipe`: multer, busboy, or a
 * proxy to a service behind. Everything else of the request says, as before, that it was read.
 */
export function replayBody(req: WebhookRequest): void {
  req.pipe = pipeAgain;
}

/**
 * Keeps `fixRequestBody` of http-proxy-middleware from making a body of the payload, which would not be the bytes that
 * were signed: by these two it knows, in its versions 2 and 3, whether the body is still to come.
 */
function announceBody(req: IncomingMessage, bytes: Buffer): void {
  // Node does this itself in a moment. Later it would take the request for one that was cut short, and cut it.
  if (req.readableEnded) req.destroy();
  Object.defineProperties(req, { readableEnded: { value: false }, readableLength: { value: bytes.length } });
}

function toBytes({ webhook }: WebhookRequest): Buffer {
  return webhook?.rawBody ?? Buffer.alloc(0);
}

/**
 * A proxy may have written the body itself before it flows here, as a listener of `proxyReq` does: then that is the
 * body, and never both, of which the second would be read as a request of its own.
 */
function pipeAgain<Given extends Destination>(
  this: IncomingMessage,
  destination: Given,
  options?: { end?: boolean },
): Given {
  const watched: Destination = destination;
  const write = watched.write.bind(watched) as (...args: unknown[]) => boolean;
  const bytes = toBytes(this);
  let isWhole = bytes.length === 0;
  watched.write = function writeInstead(...args: unknown[]): boolean {
    isWhole = true;
    watched.write = write;
    return write(...args);
  };
  const flow = (): void => {
    watched.write = write;
    if (watched.writableEnded === true) return;
    // In one piece, as it is in memory; `pipeline`, which sees that the request has ended, ends right behind it.
    if (!isWhole) destination.write(bytes);
    if (options?.end !== false) destination.end();
  };
  if (destination.socket === null) {
    announceBody(this, bytes);
    destination.once('socket', flow);
  } else process.nextTick(flow);
  return destination;
}
