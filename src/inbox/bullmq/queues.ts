import { Queue, Worker, type Job, type Processor, type WorkerOptions } from 'bullmq';
import { runWithTimeout } from '../../awaitable';
import { describeThrown } from '../../options';
import { warnOnce } from '../../request/warnings';
import type { BullmqSettings } from './options';

/** A delivery as BullMQ keeps it. Its name is that of the event. */
export interface JobData {
  /** The first of its keys. */
  readonly key: string | null;
  readonly provider: string;
  readonly event: string | null;
  readonly receivedAt: number;
  /** Copies of it are known until then. */
  readonly until: number;
  /** As `DeliveryMeta`, in JSON; empty where it was erased. */
  readonly meta: string;
  /** The body in base64; `null` where it was erased. */
  readonly body: string | null;
  /** The text of the last error. It may quote the body, so it is here, where it can be erased and sealed. */
  readonly error?: string | null;
  /** When the next attempt is due. */
  readonly dueAt?: number;
  /** It is not handled any more, by the decision of a person. */
  readonly discarded?: boolean;
}

export type DeliveryQueue = Queue<JobData>;
export type DeliveryJob = Job<JobData>;

// Which backend there is decides the types of BullMQ, and is known only when it runs.
const AnyQueue = Queue as new (name: string, options: object, backend: unknown) => DeliveryQueue;
const AnyWorker = Worker as new (
  name: string,
  processor: Processor<JobData>,
  options: object,
  backend: unknown,
) => Worker<JobData>;

const CLOSE_MS = 2000;

/** The queues of an inbox: one for each route, so that a slow one holds up no other. */
export class Queues {
  private readonly queues = new Map<string, DeliveryQueue>();
  private readonly keys = new Map<string, DeliveryQueue>();

  constructor(private readonly settings: BullmqSettings) {}

  /** The queue of a route. */
  get(route: string): DeliveryQueue {
    return this.ensure(this.queues, route, '');
  }

  /**
   * Holds the keys of deliveries beside their first, which BullMQ knows by itself: one job for each, which no worker
   * takes, and which has the id of its delivery.
   */
  getKeys(route: string): DeliveryQueue {
    return this.ensure(this.keys, route, '.keys');
  }

  /** The routes that were stored or worked by this process, with their queues. */
  list(): readonly (readonly [route: string, queue: DeliveryQueue])[] {
    return [...this.queues];
  }

  listKeys(): readonly DeliveryQueue[] {
    return [...this.keys.values()];
  }

  /** Has the deliveries of a route handled. */
  startWorker(
    route: string,
    handle: Processor<JobData>,
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker<JobData> {
    const { backend } = this.settings;
    const worker = new AnyWorker(
      this.nameQueue(route),
      handle,
      { ...this.describeServer(), ...options },
      backend,
    );
    return worker.on('error', warnOfConnection);
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues.values(), ...this.keys.values()].map(closeQueue));
  }

  private ensure(known: Map<string, DeliveryQueue>, route: string, suffix: string): DeliveryQueue {
    const found = known.get(route);
    if (found !== undefined) return found;
    const name = this.nameQueue(route) + suffix;
    const queue = new AnyQueue(name, this.describeServer(), this.settings.backend);
    queue.on('error', warnOfConnection);
    known.set(route, queue);
    return queue;
  }

  // A colon, which BullMQ refuses in a name, becomes %3A.
  private nameQueue(route: string): string {
    return `${this.settings.name}.${encodeURIComponent(route)}`;
  }

  private describeServer(): object {
    const { connection, prefix } = this.settings;
    return prefix === undefined ? { connection } : { connection, prefix };
  }
}

/** Whether the server answers: closing waits for one that is away as long as it is. */
export async function isReachable(queue: DeliveryQueue): Promise<boolean> {
  const outcome = await runWithTimeout(() => queue.getJobCounts('active'), CLOSE_MS);
  return outcome.kind === 'value';
}

async function closeQueue(queue: DeliveryQueue): Promise<void> {
  if (await isReachable(queue)) await queue.close();
  else await runWithTimeout(() => queue.backend.close(true), CLOSE_MS);
}

function warnOfConnection(error: unknown): void {
  warnOnce(
    'bullmq-connection',
    `BullMQ, which keeps the inbox, has failed: ${describeThrown(error)}; deliveries are answered 503 until it is back`,
  );
}
