import { describeThrown } from '../../options';
import { makeBatchStore, type Batch } from './batch';
import type {
  Ending,
  HeldJob,
  PutResult,
  Report,
  Request,
  RouteWork,
  StoreSettings,
  TaggedRow,
} from './messages';
import { openDatabase, readPragma } from './open';

/** Writes what it is told in batches, and says what can begin. The same in a thread of its own and in that of the app. */
export interface Engine {
  push(request: Request): void;
  /** Writes what is left, and closes the file. */
  close(): void;
}

const SWEEP_MS = 60_000;
const AGAIN_MS = 200;

/**
 * Opens the store. No timer makes a batch: whatever comes while a commit is under way makes the next one. `report` is
 * called after the commit that it tells of.
 */
export function startEngine(
  settings: StoreSettings,
  report: (report: Report) => void,
  clock: () => number = () => Date.now(),
): Engine {
  return new BatchEngine(settings, report, clock);
}

class BatchEngine implements Engine {
  private readonly db;
  private readonly store;
  private puts: TaggedRow[] = [];
  private ends: Ending[] = [];
  private renewals: HeldJob[] = [];
  private readonly routes = new Map<string, RouteWork & { free: number }>();
  private readonly held = new Map<number, HeldJob>();
  private scheduled: NodeJS.Immediate | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly heartbeat: NodeJS.Timeout;
  private readonly sweeping: NodeJS.Timeout;
  private draining = false;
  /** A write has failed, and is tried again a little later. */
  private failed = false;

  constructor(
    private readonly settings: StoreSettings,
    private readonly report: (report: Report) => void,
    private readonly clock: () => number,
  ) {
    this.db = openDatabase(settings);
    this.store = makeBatchStore(this.db, settings, clock);
    this.heartbeat = setInterval(() => this.renew(), settings.leaseMs / 3);
    this.sweeping = setInterval(this.sweep, SWEEP_MS);
  }

  push({ puts = [], ends = [], routes = [], held = [], drain = false }: Request): void {
    this.puts.push(...puts);
    for (const ending of ends) {
      this.ends.push(ending);
      this.letGo(ending);
    }
    for (const work of routes) this.routes.set(work.route, { ...work, free: work.concurrency });
    for (const job of held) this.hold(job);
    this.draining ||= drain;
    this.schedule();
  }

  close(): void {
    this.draining = true;
    // Those that are still held were claimed while the app drained, and have not begun.
    for (const { id, route, attempts } of this.held.values()) {
      this.ends.push({ id, route, attempts, state: 'released', error: null, due: this.clock() });
    }
    this.flush();
    this.stopTimers();
    checkpoint(this.db);
    this.db.close();
  }

  private stopTimers(): void {
    clearImmediate(this.scheduled);
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    clearInterval(this.sweeping);
  }

  private hold(job: HeldJob): void {
    this.held.set(job.id, job);
    this.addFree(job.route, -1);
  }

  private letGo({ id, route }: Ending): void {
    if (this.held.delete(id)) this.addFree(route, 1);
  }

  private addFree(route: string, places: number): void {
    const work = this.routes.get(route);
    if (work !== undefined) work.free += places;
  }

  private readonly schedule = (): void => {
    this.scheduled ??= setImmediate(() => this.flush());
  };

  private renew(): void {
    const now = this.clock();
    this.renewals = [...this.held.values()].filter(({ deadline }) => now < deadline);
    if (this.renewals.length > 0) this.schedule();
  }

  private readonly sweep = (): void => {
    try {
      if (this.store.sweep().isMore) setImmediate(this.sweep);
      else checkpoint(this.db);
    } catch {
      // Another process writes, or the disk is full: the next sweep does it.
    }
  };

  private flush(): void {
    this.scheduled = undefined;
    clearTimeout(this.timer);
    const { puts, ends, renewals } = this;
    this.puts = [];
    this.ends = [];
    this.renewals = [];
    const wants = this.listWants();
    const isWorking = puts.length + ends.length + renewals.length > 0;
    if (isWorking || this.isDue(wants)) this.commit({ puts, ends, renewals, wants });
    this.wakeLater();
  }

  private listWants(): Batch['wants'] {
    return this.draining ? [] : [...this.routes.values()].filter(({ free }) => free > 0);
  }

  private isDue(wants: Batch['wants']): boolean {
    return wants.length > 0 && this.nextDue(wants) <= this.clock();
  }

  private nextDue(wants: Batch['wants']): number {
    try {
      return this.store.nextDue(wants.map(({ route }) => route));
    } catch {
      return Infinity;
    }
  }

  private commit(batch: Batch): void {
    let result: Report;
    try {
      result = this.store.apply(batch);
    } catch (error) {
      this.commitApart(batch, error);
      return;
    }
    for (const { id, route, attempts, deadline } of result.jobs) this.hold({ id, route, attempts, deadline });
    this.report(result);
  }

  /** One delivery that cannot be stored keeps no other from being stored, and no ending from being written. */
  private commitApart({ puts, ...rest }: Batch, error: unknown): void {
    if (puts.length === 0) {
      this.ends.push(...rest.ends);
      this.failed = true;
      return;
    }
    this.commit({ ...rest, puts: [] });
    const results = puts.flatMap((put) => (puts.length === 1 ? [fail(put, error)] : this.putAlone(put)));
    this.report({ puts: results, jobs: [], lost: [] });
  }

  private putAlone(put: TaggedRow): readonly PutResult[] {
    try {
      return this.store.apply({ puts: [put], ends: [], renewals: [], wants: [] }).puts;
    } catch (error) {
      return [fail(put, error)];
    }
  }

  private wakeLater(): void {
    if (this.failed) {
      this.failed = false;
      this.timer = setTimeout(this.schedule, AGAIN_MS);
      return;
    }
    const wants = this.listWants();
    if (wants.length === 0) return;
    const waitMs = Math.max(0, this.nextDue(wants) - this.clock());
    this.timer = setTimeout(this.schedule, Math.min(this.settings.pollMs, waitMs));
  }
}

function fail({ tag }: TaggedRow, error: unknown): PutResult {
  return { tag, failure: describeThrown(error) };
}

/** The write-ahead log keeps what was erased until it is cut. */
export function checkpoint(db: Parameters<typeof readPragma>[0]): void {
  readPragma(db, 'wal_checkpoint(TRUNCATE)');
}
