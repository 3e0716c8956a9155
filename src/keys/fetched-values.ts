import type { Awaitable } from '../awaitable';
import { WebhookError } from '../errors';

/**
 * Gets the text with a name, such as an address or the id of a key; `undefined` where there certainly is none. It throws
 * where it cannot be had now, and should give up when `signal` is aborted.
 */
export type FetchNamed = (name: string, signal: AbortSignal, own: string) => Awaitable<string | undefined>;

/** How values are fetched and kept. */
export interface FetchedValuesOptions<Value> {
  readonly fetch: FetchNamed;
  /** Makes a value of a text; it throws where the text is of another kind. */
  readonly read: (text: string) => Value;
  /** The word for a text in messages: `'certificate'`. */
  readonly word: string;
  readonly timeoutMs: number;
  /** How long a value is fresh. One that cannot be fetched again is used for another day. */
  readonly keepMs: number;
  /** How many fetches of names that have no value may begin in how many milliseconds. */
  readonly strangers: { readonly most: number; readonly perMs: number };
}

/** Values by name. `own` is handed to the fetcher. */
export interface FetchedValues<Value> {
  /** The value with a name, `undefined` where there certainly is none. Rejects with a `WebhookError` of status 503. */
  readonly find: (name: string, own?: string) => Promise<Value | undefined>;
  /** The value by a fetch that began at most so many milliseconds ago; where it fails, the value before it. */
  readonly renew: (name: string, maxAgeMs: number) => Promise<Value | undefined>;
}

interface Entry<Value> {
  readonly value: Value;
  /** Until then it is used without a look at its source. */
  readonly freshUntil: number;
  /** Until then it is used where its source fails. */
  readonly usableUntil: number;
}

interface Running<Value> {
  readonly value: Promise<Value | undefined>;
  readonly cancel: (reason: Error) => void;
}

interface Failure {
  readonly error: WebhookError | undefined;
  readonly until: number;
}

const MAX_KNOWN = 64;
const MAX_FAILURES = 256;
const MAX_RUNNING = 8;
const STALE_MS = 24 * 3_600_000;
// Amazon comes again after 20 seconds; by then a host that could not be reached is asked again.
const KEEP_FAILURE_MS = 10_000;
const KEEP_NONE_MS = 60_000;

/**
 * Values that are fetched by name. Each is fetched once and kept; callers that ask while it is on its way wait for the
 * same fetch. A failure is thrown as a `WebhookError` with status 503, and kept for ten seconds; that there is no value
 * is kept for a minute. Which names are to be trusted is for the caller to say, before it asks.
 *
 * Strangers can name what does not exist. So of names that have never had a value at most eight are asked at a time and
 * so many in a while as `strangers` says, and a newcomer takes the place of the one that has run longest. A name that
 * has a value is always asked, but not within a minute of a failure.
 */
export function makeFetchedValues<Value>(options: FetchedValuesOptions<Value>): FetchedValues<Value> {
  const { fetch, read, word, timeoutMs, keepMs, strangers } = options;
  const displaced = new Error(`other ${word}s are being fetched`);
  const known = new Map<string, Entry<Value>>();
  const failures = new Map<string, Failure>();
  const running = new Map<string, Running<Value>>();
  const lastStarts = new Map<string, number>();
  let startsIn = 0;
  let starts = 0;

  function start(name: string, own: string): Running<Value> {
    const controller = new AbortController();
    const { signal } = controller;
    const cancel = (reason: Error): void => controller.abort(reason);
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const reason = new Error(`the ${word} did not arrive within ${timeoutMs} ms`);
    const timer = setTimeout(() => cancel(reason), timeoutMs);
    const text = Promise.race([fetchNow(name, signal, own), cancelled]);
    const value = text.then((given) => keep(name, given)).catch((error: unknown) => failWith(name, error));
    const fetching: Running<Value> = {
      cancel,
      value: value.finally(() => {
        clearTimeout(timer);
        if (running.get(name) === fetching) running.delete(name);
      }),
    };
    running.set(name, fetching);
    put(lastStarts, MAX_KNOWN, name, performance.now());
    return fetching;
  }

  // A fault that it throws at once is rejected like one that it throws later.
  async function fetchNow(name: string, signal: AbortSignal, own: string): Promise<string | undefined> {
    return fetch(name, signal, own);
  }

  function keep(name: string, text: string | undefined): Value | undefined {
    const now = performance.now();
    if (text === undefined) {
      known.delete(name);
      put(failures, MAX_FAILURES, name, { error: undefined, until: now + KEEP_NONE_MS });
      return undefined;
    }
    const value = read(text);
    const freshUntil = now + keepMs;
    put(known, MAX_KNOWN, name, { value, freshUntil, usableUntil: freshUntil + STALE_MS });
    return value;
  }

  function failWith(name: string, thrown: unknown): Value {
    const error = new WebhookError('ERR_WEBHOOK_SECRET', 503, thrown);
    const now = performance.now();
    const entry = findUsable(name, now);
    if (thrown !== displaced) {
      const until = now + (entry === undefined ? KEEP_FAILURE_MS : KEEP_NONE_MS);
      put(failures, MAX_FAILURES, name, { error, until });
    }
    if (entry === undefined) throw error;
    return entry.value;
  }

  function findUsable(name: string, now: number): Entry<Value> | undefined {
    const entry = known.get(name);
    return entry !== undefined && entry.usableUntil > now ? entry : undefined;
  }

  function makeRoom(now: number): void {
    const period = Math.floor(now / strangers.perMs);
    starts = period === startsIn ? starts + 1 : 1;
    startsIn = period;
    if (starts > strangers.most) throw new WebhookError('ERR_WEBHOOK_SECRET', 503, displaced);
    const others = [...running].filter(([name]) => !known.has(name));
    if (others.length < MAX_RUNNING) return;
    for (const [name, { cancel }] of others.slice(0, 1)) {
      running.delete(name);
      cancel(displaced);
    }
  }

  async function find(name: string, own = ''): Promise<Value | undefined> {
    const now = performance.now();
    const entry = known.get(name);
    if (entry !== undefined && entry.freshUntil > now) return entry.value;
    const shared = running.get(name);
    if (shared !== undefined) return shared.value;
    const failure = failures.get(name);
    if (failure !== undefined && failure.until > now) {
      const usable = findUsable(name, now);
      if (usable !== undefined) return usable.value;
      if (failure.error !== undefined) throw failure.error;
      return undefined;
    }
    if (entry === undefined) makeRoom(now);
    return start(name, own).value;
  }

  async function renew(name: string, maxAgeMs: number): Promise<Value | undefined> {
    const now = performance.now();
    const startedAt = lastStarts.get(name);
    if (startedAt === undefined || now - startedAt >= maxAgeMs) return start(name, '').value;
    return running.get(name)?.value ?? findUsable(name, now)?.value;
  }

  return { find, renew };
}

/** Puts an entry behind all others, and forgets the first where there are too many. */
function put<T>(entries: Map<string, T>, most: number, name: string, entry: T): void {
  entries.delete(name);
  entries.set(name, entry);
  const [first] = entries.size > most ? entries.keys() : [];
  if (first !== undefined) entries.delete(first);
}
