/** A value now or later. What is synchronous stays so all the way: a promise costs more than most handlers. */
export type Awaitable<T> = T | PromiseLike<T>;

/** The ends of a task: exactly one of the first three is called, once. */
export interface Outcomes<T> {
  readonly succeed: (value: T) => void;
  readonly fail: (thrown: unknown) => void;
  /** The task took too long. */
  readonly expire: () => void;
  /** The task that had taken too long has ended after all. */
  readonly late?: (succeeded: boolean, value: T | undefined, thrown?: unknown) => void;
}

export function isThenable<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}

export function chain<T, U>(value: Awaitable<T>, use: (value: T) => Awaitable<U>): Awaitable<U> {
  return isThenable(value) ? Promise.resolve(value).then(use) : use(value);
}

/** Runs a task that may throw, reject or hang. */
export function runWithTimeout<T>(task: () => Awaitable<T>, timeoutMs: number, outcomes: Outcomes<T>): void {
  let result: Awaitable<T>;
  try {
    result = task();
  } catch (thrown) {
    outcomes.fail(thrown);
    return;
  }
  if (!isThenable(result)) {
    outcomes.succeed(result);
    return;
  }
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    outcomes.expire();
  }, timeoutMs);
  Promise.resolve(result).then(
    (value) => {
      clearTimeout(timer);
      if (expired) outcomes.late?.(true, value);
      else outcomes.succeed(value);
    },
    (thrown: unknown) => {
      clearTimeout(timer);
      if (expired) outcomes.late?.(false, undefined, thrown);
      else outcomes.fail(thrown);
    },
  );
}
