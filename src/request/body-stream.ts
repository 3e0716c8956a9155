import { AsyncResource } from 'node:async_hooks';
import { ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { WebhookErrorCode } from '../errors';

/** How the reading of a body ended: with its bytes, or with the code of the refusal. */
export type BodyResult = Buffer | WebhookErrorCode;

// The one place where Node says that the last byte is here before it says so to everybody by 'end'.
interface StreamState {
  readonly _readableState?: { readonly ended?: boolean };
}

type Pipe = IncomingMessage['pipe'];

/**
 * Reads the bytes of a body, and puts them back at its end: who reads the request behind us (a form parser, a proxy)
 * finds them there. Calls `done` once, in the asynchronous context of the caller.
 */
export function readStream(
  req: IncomingMessage,
  res: ServerResponse,
  { limit, timeoutMs }: { readonly limit: number; readonly timeoutMs: number },
  done: (result: BodyResult) => void,
): void {
  const { 'content-length': length } = req.headers;
  const chunks: Buffer[] = [];
  let received = 0;
  let timer: NodeJS.Timeout | undefined;
  let over = false;

  // An error without a listener ends the process, so the one for errors stays.
  const stop = (): void => {
    over = true;
    clearTimeout(timer);
    req.off('readable', read).off('end', finish).off('close', abort);
  };
  const settle = AsyncResource.bind((result: BodyResult): void => {
    stop();
    if (typeof result === 'string') req.resume();
    done(result);
  });
  const finish = (): void => {
    // A server holds a body to its length; a platform that makes requests of its own may not.
    const isWhole = length === undefined || received === Number(length);
    const bytes = Buffer.concat(chunks);
    if (isWhole && received > 0 && !req.readableEnded) putBack(req, res, bytes);
    // Node says the end out of its parser, which may find more behind it that is no request: that is answered first.
    process.nextTick(settle, isWhole ? bytes : 'ERR_WEBHOOK_BODY_INCOMPLETE');
    stop();
  };
  const abort = (): void => {
    if (!over) settle('ERR_WEBHOOK_BODY_INCOMPLETE');
  };
  const read = (): void => {
    for (let chunk = take(req); chunk !== null; chunk = take(req)) {
      // Somebody has called `setEncoding()`: the bytes are gone.
      const code = typeof chunk === 'string' ? 'ERR_WEBHOOK_SETUP' : 'ERR_WEBHOOK_BODY_SIZE';
      received += chunk.length;
      if (typeof chunk === 'string' || received > limit) {
        settle(code);
        return;
      }
      chunks.push(chunk);
    }
    if ((req as StreamState)._readableState?.ended === true) finish();
  };
  req.on('readable', read).on('end', finish).on('close', abort).on('error', abort);
  // A small body comes with its headers, and is here before the next tick: that saves most requests a timer.
  process.nextTick(() => {
    if (over || req.complete) return;
    timer = setTimeout(() => settle('ERR_WEBHOOK_BODY_TIMEOUT'), timeoutMs);
    timer.unref();
  });
}

function take(req: IncomingMessage): Buffer | string | null {
  return req.read() as Buffer | string | null;
}

function putBack(req: IncomingMessage, res: ServerResponse, bytes: Buffer): void {
  req.unshift(bytes);
  req.pipe = makePipe(req.pipe.bind(req));
  // What nobody has read by then is dropped, so that the request ends.
  res.once('close', () => req.resume());
}

/**
 * The `pipe` of a request whose body was put back. Handlers that were written for a body which a parser has used up
 * write it into the outgoing request of a proxy themselves, as soon as that has a socket: it must not go out twice.
 */
function makePipe(pipe: Pipe): Pipe {
  return (destination, options) => {
    if (!(destination instanceof ClientRequest) || destination.headersSent) {
      return pipe(destination, options);
    }
    const begin = (): void => {
      if (destination.headersSent) destination.end();
      else pipe(destination, options);
    };
    if (destination.socket === null) destination.once('socket', begin);
    else begin();
    return destination;
  };
}
