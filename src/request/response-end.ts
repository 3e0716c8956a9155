import type { ServerResponse } from 'node:http';

/** What is told as the response of a delivery ends. */
export interface ResponseListener {
  /** Whether `answered` is to be called as early as can be, which costs more than all else here together. */
  readonly isEager?: boolean;
  /** Once, when the answer is whole, before `ended`. */
  answered?(status: number): void;
  /**
   * Once, with the status that really went out, when the response has ended. Where the client leaves first, or has left
   * already, that is when the handler ends the response all the same.
   */
  ended(status: number): void;
  /** When the client leaves before the answer is whole; at once where it has left, or something has answered, already. */
  left?(): void;
}

/** Tells how a response ends. */
export function onResponseEnd(res: ServerResponse, listener: ResponseListener): void {
  // What sets the status later, a handler that answers twice, does not change what went out.
  let status: number | undefined;
  let left = res.closed;
  let over = false;
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
    listener.ended(answered());
  };
  const watchEnd = (): void => {
    const { end } = res as unknown as { readonly end: (...args: unknown[]) => ServerResponse };
    res.end = function endAndRemember(...args: unknown[]): ServerResponse {
      const result = Reflect.apply(end, res, args);
      answered();
      if (left) settle();
      return result;
    };
  };
  // A middleware that compresses has its own `end`, ends the response later, and never where the client left. Otherwise
  // the response keeps its own: on Node 20 a property of it costs as much as three listeners, and 1 KiB of memory.
  if (left || listener.isEager === true || Object.hasOwn(res, 'end')) watchEnd();
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
  // Writing after the end is an error that would end the process where nobody listens.
  if (res.listenerCount('error') === 0) res.on('error', ignore);
}

// Node keeps the head that it has put together, and Express and its loggers have always read it.
function statusSent(res: ServerResponse): number {
  const { _header: head } = res as { readonly _header?: unknown };
  return typeof head === 'string'
    ? Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    : res.statusCode;
}

function ignore(): void {
  // Said by 'close' as well.
}
