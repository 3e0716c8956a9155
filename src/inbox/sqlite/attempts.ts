import { runAttempt, type AttemptEnd } from '../attempt';
import type {
  DeliveryMeta,
  InboxAttempt,
  InboxDelivery,
  InboxHandler,
  OnAttempt,
  RunStatement,
} from '../inbox';
import { chain } from '../../awaitable';
import { describeThrown } from '../../options';
import { recordAttempt } from '../record';
import { warnOnce } from '../../request/warnings';
import { backOff, type RetryOptions, type RetryPolicy } from '../retry';
import { openBytes, openText, sealText, type Sealer } from '../seal';
import { restoreWebhook } from '../stored-delivery';
import type { Ending, HeldJob, Job, LostJob } from './messages';

/** The settings of all attempts. */
export interface AttemptSettings {
  readonly owner: string;
  readonly keepDoneMs: number;
  readonly retry: RetryPolicy;
  readonly delayMs: RetryOptions['delayMs'];
  readonly sealer: Sealer | undefined;
  readonly onAttempt: OnAttempt | undefined;
  readonly clock: () => number;
  /** Tells the store how an attempt has ended. */
  readonly end: (ending: Ending) => void;
}

interface Work {
  readonly handle: InboxHandler;
  readonly attemptTimeoutMs: number;
}

interface Opened {
  readonly meta: DeliveryMeta;
  readonly body: Buffer;
}

const COMPLETE =
  'UPDATE hooklatch_delivery SET state = 3, due = ?, owner = NULL, error = NULL ' +
  'WHERE id = ? AND state = 1 AND owner = ? AND attempts = ?';
const ERASE_BODY = 'DELETE FROM hooklatch_body WHERE id = ?';
const ERASE_META = "UPDATE hooklatch_delivery SET meta = '', due = until WHERE id = ?";

/** Calls the handlers of the deliveries that the store hands out. */
export class Attempts {
  private readonly works = new Map<string, Work>();
  private readonly running = new Map<number, HeldJob>();
  private readonly waiting: (() => void)[] = [];
  private draining = false;

  constructor(private readonly settings: AttemptSettings) {}

  register(route: string, work: Work): void {
    this.works.set(route, work);
  }

  /** The deliveries that this process handles now. */
  list(): readonly HeldJob[] {
    return [...this.running.values()];
  }

  /** Begins no delivery any more; resolves when the last one has ended. */
  drain(): Promise<void> {
    this.draining = true;
    return this.running.size === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  begin(job: Job): void {
    const { route, id, attempts } = job;
    const work = this.works.get(route);
    if (work === undefined || this.draining) {
      this.settings.end({ id, route, attempts, state: 'released', error: null, due: this.settings.clock() });
      return;
    }
    const { handle, attemptTimeoutMs } = work;
    const beganAt = this.settings.clock();
    this.running.set(id, { id, route, attempts, deadline: job.deadline });
    const opened = this.open(job);
    if (opened instanceof Error) {
      const error = describeThrown(opened);
      this.finish(job, beganAt, undefined, {
        state: 'dead',
        code: 'ERR_WEBHOOK_SETUP',
        error,
        thrown: opened,
        retryAfterMs: undefined,
      });
      return;
    }
    const controller = new AbortController();
    void runAttempt({
      handle,
      webhook: restoreWebhook(opened.meta, opened.body),
      delivery: this.makeDelivery(job, opened.meta, controller.signal),
      timeoutMs: attemptTimeoutMs,
      controller,
      traceparent: opened.meta.traceparent,
    }).then((end) => this.finish(job, beganAt, opened.meta, end));
  }

  /** Records a delivery whose process has died or hangs; the store has moved it already. */
  recordLost({ id, route, provider, event, attempts, received, next }: LostJob): void {
    const now = this.settings.clock();
    const record = {
      time: new Date(now).toISOString(),
      route,
      provider,
      event,
      id: null,
      delivery: String(id),
      attempt: attempts,
      outcome: next === null ? ('dead' as const) : ('retry' as const),
      code: 'ERR_WEBHOOK_TIMEOUT',
      waitedMs: now - received,
      durationMs: 0,
      nextAttemptAt: next === null ? null : new Date(next).toISOString(),
    };
    recordAttempt(record, undefined, this.settings.onAttempt);
  }

  private open({ route, key, received, meta, body }: Job): Opened | Error {
    const { sealer } = this.settings;
    const place = { route, key: key ?? undefined, receivedAt: received };
    try {
      const text = openText(sealer, meta, { ...place, part: 'meta' });
      const opened = openBytes(sealer, body, { ...place, part: 'body' });
      // It was written by JSON.stringify() from this type.
      return { meta: JSON.parse(text) as DeliveryMeta, body: opened };
    } catch (error) {
      return new Error(`the stored delivery cannot be opened: ${describeThrown(error)}`, { cause: error });
    }
  }

  private finish(job: Job, beganAt: number, meta: DeliveryMeta | undefined, end: AttemptEnd): void {
    const { settings } = this;
    const { id, route, attempts, key, received } = job;
    const isDead = end.state === 'dead' || (end.state === 'failed' && attempts >= settings.retry.attempts);
    const delayMs = end.state === 'failed' && !isDead ? this.findDelay(attempts, end) : 0;
    const state = isDead ? 'dead' : end.state === 'failed' ? 'waiting' : 'done';
    const place = { part: 'error', route, key: key ?? undefined, receivedAt: received } as const;
    const error = end.error === null ? null : sealText(settings.sealer, end.error, place);
    const now = settings.clock();
    settings.end({ id, route, attempts, state, error, due: now + delayMs });
    const record: InboxAttempt = {
      time: new Date(beganAt).toISOString(),
      route,
      provider: meta?.provider ?? '',
      event: meta?.event ?? null,
      id: meta?.id ?? null,
      delivery: String(id),
      attempt: attempts,
      outcome: state === 'waiting' ? 'retry' : state,
      code: end.code,
      waitedMs: beganAt - received,
      durationMs: now - beganAt,
      nextAttemptAt: state === 'waiting' ? new Date(now + delayMs).toISOString() : null,
    };
    recordAttempt(record, end.state === 'done' ? undefined : end.thrown, settings.onAttempt);
    this.running.delete(id);
    if (this.running.size === 0) for (const resolve of this.waiting.splice(0)) resolve();
  }

  private findDelay(attempts: number, { retryAfterMs, thrown }: AttemptEnd): number {
    const { retry, delayMs } = this.settings;
    if (retryAfterMs !== undefined) return retryAfterMs;
    try {
      const asked: unknown = delayMs?.(attempts, thrown);
      if (typeof asked === 'number' && asked >= 0 && Number.isFinite(asked)) return Math.round(asked);
    } catch (error) {
      warnOnce(
        'retry-delay',
        `the option "retry.delayMs" threw: ${describeThrown(error)}; the usual delay is taken`,
      );
    }
    return backOff(retry, attempts);
  }

  private makeDelivery(job: Job, meta: DeliveryMeta, signal: AbortSignal): InboxDelivery {
    const { id, route, attempts, received } = job;
    const { key, orderKey, scope, method, path, headers, target } = meta;
    return {
      id: String(id),
      key,
      route,
      attempt: attempts,
      receivedAt: new Date(received),
      orderKey,
      scope,
      method,
      path,
      headers,
      target,
      signal,
      completeIn: (run) => this.complete(job, run),
    };
  }

  private complete({ id, attempts }: Job, run: RunStatement): ReturnType<InboxDelivery['completeIn']> {
    const { owner, keepDoneMs, clock } = this.settings;
    return chain(run(COMPLETE, [clock() + keepDoneMs, id, owner, attempts]), (result) => {
      const changes = typeof result === 'object' ? result.changes : result;
      if (Number(changes) !== 1) {
        throw new Error(
          'completeIn(): another process has this delivery now, so this transaction must be rolled back',
        );
      }
      if (keepDoneMs > 0) return undefined;
      return chain(run(ERASE_BODY, [id]), () => chain(run(ERASE_META, [id]), () => undefined));
    });
  }
}
