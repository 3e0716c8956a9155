import { showText } from '../quote';
import { attempts } from '../request/channels';
import { warnOnce } from '../request/warnings';
import type { DeliveryMeta, InboxAttempt, OnAttempt } from './inbox';

const MAX_TEXT = 256;

/** An attempt that has ended; its times in milliseconds. */
export interface EndedAttempt extends Pick<
  InboxAttempt,
  'route' | 'delivery' | 'attempt' | 'outcome' | 'code'
> {
  /** Nothing where it cannot be read. */
  readonly meta: Pick<DeliveryMeta, 'provider' | 'event' | 'id'> | undefined;
  readonly receivedAt: number;
  readonly beganAt: number;
  readonly endedAt: number;
  readonly nextAt: number | null;
}

/** The record of an attempt. */
export function makeRecord({
  meta,
  receivedAt,
  beganAt,
  endedAt,
  nextAt,
  ...rest
}: EndedAttempt): InboxAttempt {
  const { route, delivery, attempt, outcome, code } = rest;
  return {
    time: new Date(beganAt).toISOString(),
    route,
    provider: meta?.provider ?? '',
    event: meta?.event ?? null,
    id: meta?.id ?? null,
    delivery,
    attempt,
    outcome,
    code,
    waitedMs: beganAt - receivedAt,
    durationMs: endedAt - beganAt,
    nextAttemptAt: nextAt === null ? null : new Date(nextAt).toISOString(),
  };
}

/** Tells the operator how an attempt has ended. A listener that fails changes nothing. */
export function recordAttempt(attempt: InboxAttempt, cause: unknown, onAttempt: OnAttempt | undefined): void {
  const { event, id } = attempt;
  const record = { ...attempt, event: clean(event), id: clean(id) };
  if (attempts.hasSubscribers) attempts.publish({ attempt: record, cause });
  if (onAttempt === undefined) {
    // As Express does with an error of a handler that has no listener.
    if (cause !== undefined && process.env.NODE_ENV !== 'test') console.error(cause);
    return;
  }
  const warnOfFailure = (): void =>
    warnOnce('attempt-sink', 'the option "onAttempt" threw or rejected; a record of an attempt was lost');
  try {
    Promise.resolve(onAttempt(record, cause)).catch(warnOfFailure);
  } catch {
    warnOfFailure();
  }
}

/** Text from outside, fit for a log: cut, with its control and hidden characters escaped. */
function clean(text: string | null): string | null {
  return text === null ? null : showText(text.slice(0, MAX_TEXT));
}
