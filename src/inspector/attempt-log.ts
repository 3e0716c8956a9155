import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { InboxAttempt } from '../inbox/inbox';
import { describeThrown } from '../options';

/** One attempt to handle a stored delivery, and what its handler threw. */
export interface SeenAttempt extends InboxAttempt {
  readonly thrown: string | null;
}

/** The attempts of this process since the page was started: an inbox itself keeps the last error alone. */
export interface AttemptLog {
  /** Those of one delivery, in their order. */
  readonly ofDelivery: (route: string, id: string) => readonly SeenAttempt[];
  readonly stop: () => void;
}

const MAX_ATTEMPTS = 5000;
const PAUSE_MS = 250;

/** Keeps attempts as they end; `onChange` hears of many at once. */
export function watchAttempts(onChange: () => void): AttemptLog {
  const kept: SeenAttempt[] = [];
  let timer: NodeJS.Timeout | undefined;
  const record = (message: unknown): void => {
    const { attempt, cause } = message as { readonly attempt: InboxAttempt; readonly cause: unknown };
    kept.push({ ...attempt, thrown: cause === undefined ? null : describeThrown(cause) });
    if (kept.length > MAX_ATTEMPTS) kept.shift();
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange();
    }, PAUSE_MS).unref();
  };
  subscribe('hooklatch:attempt', record);
  return {
    ofDelivery: (route, id) => kept.filter((seen) => seen.route === route && seen.delivery === id),
    stop() {
      unsubscribe('hooklatch:attempt', record);
      clearTimeout(timer);
    },
  };
}
