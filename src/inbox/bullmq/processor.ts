import { UnrecoverableError } from 'bullmq';
import { showText } from '../../quote';
import { endUnread, runAttempt, type AttemptEnd } from '../attempt';
import type { DeliveryMeta, InboxAttempt, InboxDelivery } from '../inbox';
import { makeRecord, recordAttempt } from '../record';
import { decideNext, type Next } from '../retry';
import { sealText } from '../seal';
import { openDelivery } from '../sealed-delivery';
import { makeInboxDelivery, restoreWebhook } from '../stored-delivery';
import type { Work } from '../work';
import type { BullmqSettings } from './options';
import { isReachable, type DeliveryJob, type DeliveryQueue, type Queues } from './queues';

const LOST = 'its process has ended, or hangs';
const DISCARDED = 'discarded';

/** Has BullMQ handle the delivery again; its error keeps no more than the code. */
class FailedAttempt extends Error {
  constructor(
    code: string,
    readonly delayMs: number,
  ) {
    super(code);
  }
}

/** Has BullMQ keep the delivery as failed. */
class LastAttempt extends UnrecoverableError {}

interface Attempt {
  readonly job: DeliveryJob;
  readonly route: string;
  readonly beganAt: number;
  readonly meta: DeliveryMeta | undefined;
}

/** The deliveries of a route that are being handled. */
export interface Processing {
  /** Begins none any more; resolves when those that run have ended. */
  close(): Promise<void>;
}

/** Starts a worker of BullMQ that handles the deliveries of a route. */
export function startProcessor(queues: Queues, settings: BullmqSettings, work: Work): Processing {
  const { route, concurrency } = work;
  const { leaseMs, retry, keepDoneMs, keepDeadMs } = settings;
  const running = new Set<Promise<null>>();
  const handle = (job: DeliveryJob): Promise<null> => {
    const attempt = handleJob(settings, work, job);
    running.add(attempt);
    return attempt.finally(() => running.delete(attempt));
  };
  const worker = queues.startWorker(route, handle, {
    concurrency,
    lockDuration: leaseMs,
    stalledInterval: leaseMs,
    // A start is counted before the handler is called, so that a delivery that ends its process is dead in the end.
    maxStartedAttempts: retry.attempts,
    maxStalledCount: retry.attempts - 1,
    removeOnComplete: keep(keepDoneMs),
    removeOnFail: keep(keepDeadMs),
    settings: {
      // Nothing else is handled again: an attempt never throws by itself.
      backoffStrategy: (_attempt, _type, error) => (error as FailedAttempt).delayMs,
    },
  });
  worker.on('stalled', (id) => void recordStalled(queues.get(route), id));
  worker.on('failed', (job, error) => {
    const isOurs = error instanceof FailedAttempt || error instanceof LastAttempt;
    if (job !== undefined && !isOurs) recordLost(settings, route, job, 'dead');
  });

  async function recordStalled(queue: DeliveryQueue, id: string): Promise<void> {
    const job = await queue.getJob(id).catch(() => undefined);
    if (job !== undefined) recordLost(settings, route, job, 'retry');
  }

  return {
    async close() {
      await worker.pause(true);
      await Promise.allSettled(running);
      await worker.close(!(await isReachable(queues.get(route))));
    },
  };
}

/** The text of the last error of a job; BullMQ writes its own where a process has died. */
export function readError(job: DeliveryJob): string | null {
  // Undefined until it has failed, as the type of BullMQ does not say, and null after a retry.
  const reason = job.failedReason as string | null | undefined;
  const lost = reason === DISCARDED ? DISCARDED : LOST;
  return job.data.error ?? (reason ? lost : null);
}

function keep(ms: number): { readonly count: number } | { readonly age: number } {
  return ms === 0 ? { count: 0 } : { age: Math.ceil(ms / 1000) };
}

async function handleJob(settings: BullmqSettings, work: Work, job: DeliveryJob): Promise<null> {
  const { key, receivedAt, meta, body, discarded } = job.data;
  const { route, handle, attemptTimeoutMs } = work;
  if (discarded === true) throw new LastAttempt(DISCARDED);
  const beganAt = Date.now();
  const bytes = Buffer.from(body ?? '', 'base64');
  const opened = openDelivery(settings.sealer, { route, key, receivedAt, meta, body: bytes });
  if (opened instanceof Error)
    return finish(settings, { job, route, beganAt, meta: undefined }, endUnread(opened));
  const controller = new AbortController();
  const end = await runAttempt({
    handle,
    webhook: restoreWebhook(opened.meta, opened.body),
    delivery: makeDelivery(job, route, opened.meta, controller.signal),
    timeoutMs: attemptTimeoutMs,
    controller,
    traceparent: opened.meta.traceparent,
  });
  return finish(settings, { job, route, beganAt, meta: opened.meta }, end);
}

/** Records the attempt, and tells BullMQ by what it throws how the delivery goes on. */
async function finish(settings: BullmqSettings, attempt: Attempt, end: AttemptEnd): Promise<null> {
  const { job, route, beganAt, meta } = attempt;
  const endedAt = Date.now();
  const next = decideNext(settings, job.attemptsStarted, end);
  const nextAt = next.state === 'waiting' ? endedAt + next.delayMs : null;
  const outcome: InboxAttempt['outcome'] = next.state === 'waiting' ? 'retry' : next.state;
  const described = { ...describeJob(job, route), meta, code: end.code, beganAt, endedAt, outcome, nextAt };
  recordAttempt(makeRecord(described), end.state === 'done' ? undefined : end.thrown, settings.onAttempt);
  if (end.error === null) return null;
  await keepError(settings, attempt, end.error, nextAt);
  throw makeFailure(next, String(end.code));
}

function makeFailure({ state, delayMs }: Next, code: string): Error {
  return state === 'dead' ? new LastAttempt(code) : new FailedAttempt(code, delayMs);
}

async function keepError(
  { sealer }: BullmqSettings,
  { job, route }: Attempt,
  text: string,
  nextAt: number | null,
): Promise<void> {
  const { key, receivedAt } = job.data;
  const place = { part: 'error', route, key: key ?? undefined, receivedAt } as const;
  // PostgreSQL stores no null character in JSON.
  const error = sealText(sealer, showText(text, '\n'), place);
  try {
    await job.updateData({ ...job.data, error, ...(nextAt === null ? {} : { dueAt: nextAt }) });
  } catch {
    // The connection is lost, or another process has the delivery now: what matters is written by BullMQ itself.
  }
}

function makeDelivery(
  job: DeliveryJob,
  route: string,
  meta: DeliveryMeta,
  signal: AbortSignal,
): InboxDelivery {
  return makeInboxDelivery(meta, {
    id: String(job.id),
    route,
    attempt: job.attemptsStarted,
    receivedAt: new Date(job.data.receivedAt),
    signal,
    completeIn() {
      throw new Error(
        'completeIn(): an inbox of BullMQ has no table in your database. Insert delivery.key into one of your own, in ' +
          'the transaction of the work, and do nothing where it is there already',
      );
    },
  });
}

/** Records a delivery whose process has died or hangs; BullMQ has moved it already. */
function recordLost(
  settings: BullmqSettings,
  route: string,
  job: DeliveryJob,
  outcome: 'retry' | 'dead',
): void {
  const now = Date.now();
  const { provider, event } = job.data;
  const record = makeRecord({
    ...describeJob(job, route),
    // Another attempt may have begun by now.
    attempt: job.attemptsMade + job.stalledCounter,
    meta: { provider, event: event ?? undefined, id: undefined },
    code: 'ERR_WEBHOOK_TIMEOUT',
    beganAt: now,
    endedAt: now,
    outcome,
    nextAt: outcome === 'retry' ? now : null,
  });
  recordAttempt(record, undefined, settings.onAttempt);
}

function describeJob(
  job: DeliveryJob,
  route: string,
): { route: string; delivery: string; attempt: number; receivedAt: number } {
  const { id, attemptsStarted, data } = job;
  return { route, delivery: String(id), attempt: attemptsStarted, receivedAt: data.receivedAt };
}
