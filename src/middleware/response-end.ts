import type { ServerResponse } from 'node:http';

/** What is called as the response of a delivery ends. */
export interface ResponseListeners {
  /** Once, when the answer is whole, before anybody else learns of it. */
  readonly answered?: (status: number) => void;
  /**
   * Once, with the status that really went out, when the response has ended. Where the client leaves first, or has left
   * already, that is when the handler ends the response all the same.
   */
  readonly ended: (status: number) => void;
  /** When the client leaves before the answer is whole; at once where it has left already. */
  readonly left?: () => void;
}

export function onResponseEnd(
  res: ServerResponse,
  { answered, ended, left: onLeave }: ResponseListeners,
): void {
  // What sets the status later, a handler that answers twice, does not change what went out.
  let status: number | undefined;
  let left = res.closed;
  let over = false;
  const settle = (): void => {
    if (over) return;
    over = true;
    ended(status ?? res.statusCode);
  };
  // Not `writableEnded` alone: a middleware that compresses ends the response later, and never where the client left.
  const { end } = res as unknown as { readonly end: (...args: unknown[]) => ServerResponse };
  res.end = function endAndRemember(...args: unknown[]): ServerResponse {
    const result = Reflect.apply(end, res, args);
    if (status === undefined) {
      status = res.statusCode;
      answered?.(status);
    }
    if (left) settle();
    return result;
  };
  res.on('finish', settle);
  if (left && !res.writableEnded) onLeave?.();
  res.on('close', () => {
    left = true;
    if (status !== undefined || res.writableEnded) settle();
    else onLeave?.();
  });
  // Writing after the end is an error that would end the process where nobody listens.
  if (res.listenerCount('error') === 0) res.on('error', ignore);
}

function ignore(): void {
  // Said by 'close' as well.
}
