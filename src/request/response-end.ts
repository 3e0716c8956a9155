import type { ServerResponse } from 'node:http';

/** What is told as the response of a delivery ends. */
export interface ResponseListener {
  /** Whether `answered` is to be called as early as can be, which costs more than all else here together. */
  readonly isEager?: boolean;
  /** Once, with the status of an answer that was handed over whole, before `ended`. */
  answered?(status: number): void;
  /**
   * Once, with the status that really went out, when the response has ended. Where the client leaves first, or has left
   * already, that is when the handler ends the response all the same.
   */
  ended?(status: number): void;
  /** When the client leaves before the answer is whole; at once where it has left, or something has answered, already. */
  left?(): void;
}

/**
 * Tells how a response ends. What it returns makes `answered` be called from then on as soon as the response is ended:
 * the socket says nothing of an answer that its client does not read.
 */
export function onResponseEnd(res: ServerResponse, listener: ResponseListener): () => void {
  // What sets the status later, a handler that answers twice, does not change what went out.
  let status: number | undefined;
  let left = res.closed;
  let over = false;
  let watched = false;
  const answered = (): number => {
    if (status === undefined) {
      status = statusSent(res);
      listener.answered?.(status);
    }
    return status;
  };
  const settle = (): void => {
    if (over) return;
    over = true;
    const sent = answered();
    listener.ended?.(sent);
  };
  const watchEnd = (): void => {
    if (watched) return;
    watched = true;
    const { end } = res as unknown as { readonly end: (...args: unknown[]) => ServerResponse };
    res.end = function endAndRemember(...args: unknown[]): ServerResponse {
      const result = Reflect.apply(end, res, args);
      answered();
      if (left) settle();
      return result;
    };
  };
  // A middleware that compresses has its own `end`, ends the response later, and never where the client left. A response
  // that waits behind another on its connection has no socket yet, and ends when the client has read the other. Otherwise
  // the response keeps its own: on Node 20 a property of it costs as much as three listeners, and 1 KiB of memory.
  if (left || listener.isEager === true || Object.hasOwn(res, 'end') || res.socket === null) watchEnd();
  res.on('finish', settle);
  if (left) listener.left?.();
  res.on('close', () => {
    left = true;
    if (status !== undefined || res.writableEnded) {
      settle();
      return;
    }
    // Nothing else tells that the handler ends a response whose client has left.
    watchEnd();
    listener.left?.();
  });
  ignoreErrors(res);
  return () => {
    if (res.writableEnded) answered();
    else watchEnd();
  };
}

/** Whether nothing has answered yet, and the end of an answer will be told by the response itself, and not at once. */
export function isUntouched(res: ServerResponse): boolean {
  // A middleware that compresses has its own `end`. A platform that has no socket may end the response in one go.
  return res.socket?.writableLength === 0 && !res.headersSent && !res.closed && !Object.hasOwn(res, 'end');
}

/** Whether an answer is out as a whole, or never will be. If so, its response is kept from failing after its end. */
export function isOut(res: ServerResponse): boolean {
  if (!res.writableEnded || (res.writableLength > 0 && !res.closed)) return false;
  ignoreErrors(res);
  return true;
}

/** The status that went out, whatever was set later; the one that will, where nothing has gone out yet. */
export function statusSent(res: ServerResponse): number {
  // Node keeps the head that it has put together, and Express and its loggers have always read it.
  const { _header: head } = res as { readonly _header?: unknown };
  return typeof head === 'string'
    ? Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    : res.statusCode;
}

/** Whether a status says that a delivery was handled. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

// Writing after the end is an error that would end the process where nobody listens.
function ignoreErrors(res: ServerResponse): void {
  if (res.listenerCount('error') === 0) res.on('error', ignore);
}

function ignore(): void {
  // Said by 'close' as well.
}
