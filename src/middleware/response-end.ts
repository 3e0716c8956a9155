import type { ServerResponse } from 'node:http';

/**
 * Calls once with the status that really went out, when the response has ended. Where the client leaves first, or has
 * left already, that is when the handler ends the response all the same. `ending` is called when the answer is whole,
 * before anybody else learns of it.
 */
export function onResponseEnd(
  res: ServerResponse,
  listener: (status: number) => void,
  ending?: (status: number) => void,
): void {
  // What sets the status later, a handler that answers twice, does not change what went out.
  let status: number | undefined;
  let left = res.closed;
  let over = false;
  const settle = (): void => {
    if (over) return;
    over = true;
    listener(status ?? res.statusCode);
  };
  // Not `writableEnded` alone: a middleware that compresses ends the response later, and never where the client left.
  const end = res.end.bind(res) as (...args: unknown[]) => ServerResponse;
  res.end = function endAndRemember(...args: unknown[]): ServerResponse {
    const result = end(...args);
    if (status === undefined) {
      status = res.statusCode;
      ending?.(status);
    }
    if (left) settle();
    return result;
  };
  res.once('finish', settle);
  res.once('close', () => {
    left = true;
    if (status !== undefined || res.writableEnded) settle();
  });
  // Writing after the end is an error that would end the process where nobody listens.
  if (res.listenerCount('error') === 0) res.on('error', () => undefined);
}
