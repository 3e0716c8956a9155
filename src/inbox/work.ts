import { A_FUNCTION, A_TEXT, checkOptions, integerBetween, required } from '../options';
import type { InboxHandler, WorkOptions } from './inbox';
import { LONGEST_MS } from './retry';

/** How the deliveries of a route are handled, with the defaults filled in. */
export interface Work {
  readonly route: string;
  readonly handle: InboxHandler;
  readonly concurrency: number;
  readonly attemptTimeoutMs: number;
}

const WHERE = 'inbox.work()';
const CHECKS = {
  concurrency: integerBetween(1, 1000, 'deliveries at once'),
  attemptTimeoutMs: integerBetween(1, LONGEST_MS, 'milliseconds'),
};
const NAMED = { route: required(A_TEXT), handle: required(A_FUNCTION) };

/** Checks what `work()` is given. Throws a `TypeError`, too for a route that is handled already. */
export function checkWork(
  known: Pick<ReadonlySet<string>, 'has'>,
  route: string,
  handle: InboxHandler,
  options: WorkOptions,
): Work {
  const { concurrency = 10, attemptTimeoutMs = 300_000 } = checkOptions(WHERE, options, CHECKS);
  checkOptions(WHERE, { route, handle }, NAMED);
  if (known.has(route)) {
    throw new TypeError(
      `${WHERE}: the route "${route}" has a handler already. Give each router a name of its own: ` +
        `inbox: { store: inbox, route: '...' }`,
    );
  }
  return { route, handle, concurrency, attemptTimeoutMs };
}
