import { endUnread, runAttempt, type AttemptEnd } from '../attempt';
import type { DeliveryMeta, InboxDelivery, OnAttempt, RunStatement } from '../inbox';
import { chain } from '../../awaitable';
import { makeRecord, recordAttempt } from '../record';
import { decideNext, type RetrySettings } from '../retry';
import { sealText, type Sealer } from '../seal';
import { openDelivery } from '../sealed-delivery';
import { makeInboxDelivery, restoreWebhook } from '../stored-delivery';
import type { Work } from '../work';
import type { Ending, HeldJob, Job, LostJob } from './messages';

/** The settings of all attempts. */
export interface AttemptSettings extends RetrySettings {
  readonly owner: string;
  readonly keepDoneMs: number;
  readonly sealer: Sealer | undefined;
  readonly onAttempt: OnAttempt | undefined;
  readonly clock: () => number;
  /** Tells the store how an attempt has ended. */
  readonly end: (ending: Ending) => void;
}

const COMPLETE =
  'UPDATE hooklatch_delivery SET state = 3, due = ?, owner = NULL, error = NULL ' +
  'WHERE id = ? AND state = 1 AND owner = ? AND attempts = ?';
const ERASE_BODY = 'DELETE FROM hooklatch_body WHERE id = ?';
const ERASE_META = "UPDATE hooklatch_delivery SET meta = '', due = until WHERE id = ?";

/** Calls the handlers of the deliveries that the store hands out. */
export class Attempts {
  private readonly works = new Map<string, Pick<Work, 'handle' | 'attemptTimeoutMs'>>();
  private readonly running = new Map<number, HeldJob>();
  private readonly waiting: (() => void)[] = [];
  private draining = false;

  constructor(private readonly settings: AttemptSettings) {}

  register(route: string, work: Pick<Work, 'handle' | 'attemptTimeoutMs'>): void {
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
    const opened = openDelivery(this.settings.sealer, { ...job, receivedAt: job.received });
    if (opened instanceof Error) {
      this.finish(job, beganAt, undefined, endUnread(opened));
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
    const record = makeRecord({
      route,
      meta: { provider, event: event ?? undefined, id: undefined },
      delivery: String(id),
      attempt: attempts,
      code: 'ERR_WEBHOOK_TIMEOUT',
      receivedAt: received,
      beganAt: now,
      endedAt: now,
      outcome: next === null ? 'dead' : 'retry',
      nextAt: next,
    });
    recordAttempt(record, undefined, this.settings.onAttempt);
  }

  private finish(job: Job, beganAt: number, meta: DeliveryMeta | undefined, end: AttemptEnd): void {
    const { settings } = this;
    const { id, route, attempts, key, received } = job;
    const { state, delayMs } = decideNext(settings, attempts, end);
    const place = { part: 'error', route, key: key ?? undefined, receivedAt: received } as const;
    const error = end.error === null ? null : sealText(settings.sealer, end.error, place);
    const now = settings.clock();
    settings.end({ id, route, attempts, state, error, due: now + delayMs });
    const record = makeRecord({
      route,
      meta,
      delivery: String(id),
      attempt: attempts,
      code: end.code,
      receivedAt: received,
      beganAt,
      endedAt: now,
      outcome: state === 'waiting' ? 'retry' : state,
      nextAt: state === 'waiting' ? now + delayMs : null,
    });
    recordAttempt(record, end.state === 'done' ? undefined : end.thrown, settings.onAttempt);
    this.running.delete(id);
    if (this.running.size === 0) for (const resolve of this.waiting.splice(0)) resolve();
  }

  private makeDelivery(job: Job, meta: DeliveryMeta, signal: AbortSignal): InboxDelivery {
    const { id, route, attempts, received } = job;
    return makeInboxDelivery(meta, {
      id: String(id),
      route,
      attempt: attempts,
      receivedAt: new Date(received),
      signal,
      completeIn: (run) => this.complete(job, run),
    });
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
