import type { Queue } from 'bullmq';
import type { Inbox, InboxHandler, InboxView, StoredDelivery, WorkOptions } from '../inbox';
import { checkWork } from '../work';
import { checkDurability } from './durability';
import { sweep } from './jobs';
import { readOptions, type BullmqInboxOptions, type BullmqSettings } from './options';
import { startProcessor, type Processing } from './processor';
import { Queues } from './queues';
import { storeDelivery } from './store';
import { BullmqView } from './view';

/** An inbox on BullMQ. */
export interface BullmqInbox extends Inbox {
  readonly view: InboxView;
  /** The queue of a route, for bull-board and other tools. */
  getQueue(route: string): Queue;
}

const MAX_PENDING = 10_000;
const MAX_PENDING_BYTES = 64 * 1024 ** 2;
const SWEEP_MS = 60_000;

/**
 * An inbox on BullMQ, for more than one machine: in Redis, or with `backend` in PostgreSQL. A delivery that was answered
 * 2xx is as safe as the server keeps it. Throws a `TypeError` for wrong options.
 */
export function bullmqInbox(options: BullmqInboxOptions): BullmqInbox {
  return new BullmqEngine(readOptions(options));
}

class BullmqEngine implements BullmqInbox {
  readonly view: InboxView;
  readonly refusesOrder =
    'BullMQ handles no deliveries one after another by a key: its groups, which do, are in BullMQ Pro alone. Leave ' +
    '"orderBy" out, or use sqliteInbox(), or pg-boss as docs/guides/pg-boss-inbox.md does';

  private readonly queues: Queues;
  private readonly workers = new Map<string, Processing | undefined>();
  private readonly sweeping: NodeJS.Timeout;
  private pending = 0;
  private pendingBytes = 0;
  private drained: Promise<void> | undefined;
  private closed: Promise<void> | undefined;
  private checked = false;

  constructor(private readonly settings: BullmqSettings) {
    this.queues = new Queues(settings);
    this.view = new BullmqView(this.queues, settings);
    this.sweeping = setInterval(
      () => void sweep(this.queues, settings).catch(() => undefined),
      SWEEP_MS,
    ).unref();
  }

  getQueue(route: string): Queue {
    const queue = this.queues.get(route);
    if (!this.checked) void checkDurability(queue, this.settings.backend === undefined);
    this.checked = true;
    return queue;
  }

  async put(delivery: StoredDelivery): Promise<'stored' | 'duplicate'> {
    const { route, orderKey, body } = delivery;
    if (this.closed !== undefined) throw new Error('the inbox is closed');
    if (orderKey !== undefined) throw new TypeError(this.refusesOrder);
    // While the server is away, the client keeps what it is told for later.
    if (this.pending >= MAX_PENDING || this.pendingBytes >= MAX_PENDING_BYTES) {
      throw new Error('too many deliveries wait to be stored: the server does not keep up');
    }
    this.getQueue(route);
    this.pending += 1;
    this.pendingBytes += body.length;
    try {
      return await storeDelivery(this.queues, this.settings, delivery);
    } finally {
      this.pending -= 1;
      this.pendingBytes -= body.length;
    }
  }

  work(route: string, handle: InboxHandler, options: WorkOptions = {}): void {
    const work = checkWork(this.workers, route, handle, options);
    this.getQueue(route);
    this.workers.set(
      route,
      this.settings.work ? startProcessor(this.queues, this.settings, work) : undefined,
    );
  }

  drain(): Promise<void> {
    this.drained ??= this.closeWorkers();
    return this.drained;
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  private async closeWorkers(): Promise<void> {
    await Promise.all([...this.workers.values()].map(async (worker) => worker?.close()));
  }

  private async shutDown(): Promise<void> {
    clearInterval(this.sweeping);
    await this.drain();
    await this.queues.close();
  }
}
