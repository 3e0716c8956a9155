import type { JobType } from 'bullmq';
import type { InboxState } from '../inbox';
import type { BullmqSettings } from './options';
import type { DeliveryJob, DeliveryQueue, Queues } from './queues';

const TYPES: Readonly<Record<InboxState, readonly JobType[]>> = {
  waiting: ['waiting', 'delayed', 'prioritized'],
  running: ['active'],
  behind: [],
  done: ['completed'],
  dead: ['failed'],
};
const AT_ONCE = 200;

/** The states of BullMQ that are one of an inbox. */
export function listTypes(state: InboxState): JobType[] {
  return [...TYPES[state]];
}

/** The jobs of a state; read in pages, of which those that are deleted meanwhile are left out. */
export async function* eachJob(
  queue: DeliveryQueue,
  state: InboxState,
  oldestFirst: boolean,
): AsyncGenerator<DeliveryJob> {
  for (const type of TYPES[state]) {
    for (let from = 0; ; from += AT_ONCE) {
      const jobs = (await queue.getJobs([type], from, from + AT_ONCE - 1, oldestFirst)) as DeliveryJob[];
      yield* jobs;
      if (jobs.length < AT_ONCE) break;
    }
  }
}

/** Erases what was stored of a delivery; its key stays, which BullMQ would delete with the job. */
export async function erase(job: DeliveryJob): Promise<boolean> {
  const { key, provider, event, receivedAt, until, body } = job.data;
  if (body === null) return false;
  await job.updateData({ key, provider, event, receivedAt, until, meta: '', body: null });
  return true;
}

/**
 * Erases what was kept long enough, and deletes what no copy can come of. BullMQ deletes by age only when another delivery
 * of the queue ends.
 */
export async function sweep(queues: Queues, { keepDoneMs, keepDeadMs }: BullmqSettings): Promise<void> {
  const now = Date.now();
  for (const [, queue] of queues.list()) {
    for (const [state, keepMs] of [
      ['done', keepDoneMs],
      ['dead', keepDeadMs],
    ] as const) {
      const old: DeliveryJob[] = [];
      for await (const job of eachJob(queue, state, true)) {
        if (!(Number(job.finishedOn) + keepMs <= now)) break;
        old.push(job);
      }
      for (const job of old) await (job.data.until > now ? erase(job) : job.remove());
    }
  }
  for (const keys of queues.listKeys()) await keys.clean(0, AT_ONCE, 'wait');
}
