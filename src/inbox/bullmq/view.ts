import { describeThrown } from '../../options';
import {
  INBOX_STATES,
  type DeliveryMeta,
  type InboxCounts,
  type InboxEntry,
  type InboxFilter,
  type InboxState,
  type InboxView,
} from '../inbox';
import { openBytes, openText, type SealPlace } from '../seal';
import { erase, eachJob, listTypes } from './jobs';
import type { BullmqSettings } from './options';
import { readError } from './processor';
import type { DeliveryJob, DeliveryQueue, Queues } from './queues';

interface Found {
  readonly route: string;
  readonly job: DeliveryJob;
  readonly state: InboxState;
}

const OLDEST_OF = 1000;

/** Looks at the queues of the routes that this process stores or works, by the API of BullMQ. */
export class BullmqView implements InboxView {
  constructor(
    private readonly queues: Queues,
    private readonly settings: BullmqSettings,
  ) {}

  async counts(): Promise<InboxCounts> {
    const counts = { waiting: 0, running: 0, behind: 0, done: 0, dead: 0 };
    let oldest = Infinity;
    for (const [, queue] of this.queues.list()) {
      for (const state of INBOX_STATES) {
        const types = listTypes(state);
        // None would be all of them.
        if (types.length === 0) continue;
        const found = await queue.getJobCounts(...types);
        counts[state] += Object.values(found).reduce((sum, count) => sum + count, 0);
      }
      oldest = Math.min(oldest, await findOldest(queue));
    }
    return { ...counts, oldestMs: oldest === Infinity ? 0 : Math.max(0, Date.now() - oldest) };
  }

  async list(filter: InboxFilter, limit: number): Promise<readonly InboxEntry[]> {
    const found: InboxEntry[] = [];
    for await (const { route, job, state } of this.find(filter, limit)) {
      found.push(this.makeEntry(route, job, state));
    }
    return found.sort((one, other) => other.receivedAt - one.receivedAt).slice(0, limit);
  }

  async show(id: string): Promise<(InboxEntry & { readonly meta: DeliveryMeta | null }) | undefined> {
    const found = await this.locate(id);
    if (found === undefined) return undefined;
    const { route, job, state } = found;
    return { ...this.makeEntry(route, job, state), meta: this.openMeta(route, job) };
  }

  async body(id: string): Promise<Buffer | undefined> {
    const found = await this.locate(id);
    if (found === undefined || found.job.data.body === null) return undefined;
    const { route, job } = found;
    return openBytes(
      this.settings.sealer,
      Buffer.from(found.job.data.body, 'base64'),
      placeOf(route, job, 'body'),
    );
  }

  async retry(id: string): Promise<boolean> {
    const found = await this.locate(id);
    if (found?.state === 'dead') return retryJob(found.job, 'failed');
    if (found?.state !== 'waiting') return false;
    await promote(found.job);
    return true;
  }

  async replay(id: string): Promise<boolean> {
    const found = await this.locate(id);
    if (found?.state === 'dead') return retryJob(found.job, 'failed');
    return found?.state === 'done' ? retryJob(found.job, 'completed') : false;
  }

  /** BullMQ moves to its failed ones only what a worker has taken, so the next worker is told to. */
  async discard(id: string): Promise<boolean> {
    const found = await this.locate(id);
    if (found?.state !== 'waiting') return false;
    await found.job.updateData({ ...found.job.data, discarded: true });
    await promote(found.job);
    return true;
  }

  async purge(filter: InboxFilter): Promise<number> {
    let erased = 0;
    for await (const { job, state } of this.find(filter, Infinity)) {
      if ((state === 'done' || state === 'dead') && (await erase(job))) erased += 1;
    }
    return erased;
  }

  // Its connections are those of the inbox.
  close(): void {
    return undefined;
  }

  /** Those that are meant, a given number of each state and route at most. */
  private async *find(filter: InboxFilter, limit: number): AsyncGenerator<Found> {
    const states = filter.state === undefined ? INBOX_STATES : [filter.state];
    for (const [route, queue] of this.queues.list()) {
      if (filter.route !== undefined && filter.route !== route) continue;
      for (const state of states) {
        let count = 0;
        for await (const job of eachJob(queue, state, false)) {
          if (!this.fits(filter, route, job)) continue;
          yield { route, job, state };
          count += 1;
          if (count === limit) break;
        }
      }
    }
  }

  private fits({ event, before, after, search }: InboxFilter, route: string, job: DeliveryJob): boolean {
    const { receivedAt } = job.data;
    return (
      (event === undefined || event === job.data.event) &&
      (before === undefined || receivedAt < before) &&
      (after === undefined || receivedAt >= after) &&
      (search === undefined || this.openError(route, job)?.includes(search) === true)
    );
  }

  private async locate(id: string): Promise<Found | undefined> {
    for (const [route, queue] of this.queues.list()) {
      const job = await queue.getJob(id);
      if (job === undefined) continue;
      const type: string = await job.getState();
      const state = INBOX_STATES.find((name) => listTypes(name).some((known) => known === type));
      if (state !== undefined) return { route, job, state };
    }
    return undefined;
  }

  private makeEntry(route: string, job: DeliveryJob, state: InboxState): InboxEntry {
    const { provider, event, receivedAt, body, discarded = false } = job.data;
    return {
      id: String(job.id),
      route,
      provider,
      event,
      state: discarded && state === 'waiting' ? 'dead' : state,
      attempts: job.attemptsStarted,
      receivedAt,
      dueAt: this.findDue(job, state),
      bytes: body === null ? null : Buffer.byteLength(body, 'base64'),
      error: this.openError(route, job),
    };
  }

  private findDue({ data, finishedOn }: DeliveryJob, state: InboxState): number {
    const { keepDoneMs, keepDeadMs } = this.settings;
    if (finishedOn === undefined) return data.dueAt ?? data.receivedAt;
    return finishedOn + (state === 'done' ? keepDoneMs : keepDeadMs);
  }

  private openError(route: string, job: DeliveryJob): string | null {
    const error = readError(job);
    try {
      return error === null ? null : openText(this.settings.sealer, error, placeOf(route, job, 'error'));
    } catch (thrown) {
      return `(${describeThrown(thrown)})`;
    }
  }

  private openMeta(route: string, job: DeliveryJob): DeliveryMeta | null {
    try {
      // It was written by JSON.stringify() from this type; erased, it is no JSON.
      return JSON.parse(
        openText(this.settings.sealer, job.data.meta, placeOf(route, job, 'meta')),
      ) as DeliveryMeta;
    } catch {
      return null;
    }
  }
}

/** Has one that has ended handled again, unless it was erased. */
async function retryJob(job: DeliveryJob, state: 'completed' | 'failed'): Promise<boolean> {
  const { body, discarded, ...rest } = job.data;
  if (body === null) return false;
  if (discarded === true) await job.updateData({ ...rest, body });
  await job.retry(state, { resetAttemptsMade: true, resetAttemptsStarted: true });
  return true;
}

/** One that waits for its time is handled now. */
async function promote(job: DeliveryJob): Promise<void> {
  if ((await job.getState()) === 'delayed') await job.promote();
}

async function findOldest(queue: DeliveryQueue): Promise<number> {
  let oldest = Infinity;
  for (const state of ['waiting', 'running'] as const) {
    const jobs = await queue.getJobs(listTypes(state), 0, OLDEST_OF, true);
    for (const job of jobs) oldest = Math.min(oldest, (job as DeliveryJob).data.receivedAt);
  }
  return oldest;
}

function placeOf(route: string, { data }: DeliveryJob, part: SealPlace['part']): SealPlace {
  return { part, route, key: data.key ?? undefined, receivedAt: data.receivedAt };
}
