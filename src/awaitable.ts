/** A value now or later. What is synchronous stays so all the way: a promise costs more than most handlers. */
export type Awaitable<T> = T | PromiseLike<T>;

/** How a task ended by itself: with its value, or with what it threw. */
export type Settled<T> =
  { readonly kind: 'value'; readonly value: T } | { readonly kind: 'thrown'; readonly thrown: unknown };

/** How a task ended within its time. One that took too long goes on, and `late` says how it ends after all. */
export type Outcome<T> = Settled<T> | { readonly kind: 'expired'; readonly late: PromiseLike<Settled<T>> };

/** The end of the time that a task has. */
export interface Deadline {
  /** Set as soon as the time is over, before anything else hears of it. */
  hasPassed: boolean;
}

export function isThenable<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

export function chain<T, U>(value: Awaitable<T>, use: (value: T) => Awaitable<U>): Awaitable<U> {
  return isThenable(value) ? Promise.resolve(value).then(use) : use(value);
}

/** Runs a task that may throw, reject or hang, and says how it ended. Never throws or rejects itself. */
export function runWithTimeout<T>(
  task: (deadline: Deadline) => Awaitable<T>,
  timeoutMs: number,
): Awaitable<Outcome<T>> {
  const deadline = { hasPassed: false };
  try {
    const result = task(deadline);
    return isThenable(result) ? waitFor(result, timeoutMs, deadline) : { kind: 'value', value: result };
  } catch (thrown) {
    return { kind: 'thrown', thrown };
  }
}

function waitFor<T>(result: PromiseLike<T>, timeoutMs: number, deadline: Deadline): Promise<Outcome<T>> {
  // Adopted once: some thenables, such as a query, run again for each `then`.
  const settled = Promise.resolve(result).then(
    (value): Settled<T> => ({ kind: 'value', value }),
    (thrown: unknown): Settled<T> => ({ kind: 'thrown', thrown }),
  );
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      deadline.hasPassed = true;
      resolve({ kind: 'expired', late: settled });
    }, timeoutMs);
    void settled.then((outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    });
  });
}
