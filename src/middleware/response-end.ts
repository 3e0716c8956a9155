import type { ServerResponse } from 'node:http';

/**
 * Calls once with the status that really went out, when the response has ended. Where the client leaves first, that
 * is when the handler ends the response all the same.
 */
export function onResponseEnd(res: ServerResponse, listener: (status: number) => void): void {
  let over = false;
  const settle = (): void => {
    if (over) return;
    over = true;
    listener(res.statusCode);
  };
  res.once('finish', settle);
  res.once('close', () => {
    if (over || res.writableEnded) {
      settle();
      return;
    }
    const end = res.end.bind(res) as (...args: unknown[]) => ServerResponse;
    res.end = function endAfterClose(...args: unknown[]): ServerResponse {
      const result = end(...args);
      settle();
      return result;
    };
  });
}
