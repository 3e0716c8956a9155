import { sha256 } from '../../core/hmac';
import { joinParts } from '../../core/delivery-key';
import { warn } from '../../request/warnings';
import type { Inbox, InboxHandler, InboxView, StoredDelivery, WorkOptions } from '../inbox';
import { makeSealer, type Sealer } from '../seal';
import { sealDelivery } from '../sealed-delivery';
import { checkWork } from '../work';
import { Attempts } from './attempts';
import { openDirectly, openInThread, type Link } from './link';
import type { Ending, PutRow, Report, RouteWork, StoreSettings } from './messages';
import { openDatabase } from './open';
import { readOptions, WHERE, type SqliteInboxOptions } from './options';
import { openInboxView } from './view';

const MAX_PENDING = 10_000;
const MAX_PENDING_BYTES = 64 * 1024 ** 2;

/**
 * An inbox in a SQLite file: a delivery that was answered 2xx is on the disk, synced. It is handled at least once, or is
 * dead where you can see it. Throws a `TypeError` for wrong options, and where the file cannot hold an inbox.
 */
export function sqliteInbox(options: SqliteInboxOptions): Inbox & { readonly view: InboxView } {
  const { checked, settings, thread } = readOptions(options);
  // Opened here once, so that whatever is wrong with it is thrown at start-up.
  openDatabase(settings).close();
  return new SqliteInbox(checked, settings, thread);
}

interface Pending {
  readonly bytes: number;
  readonly resolve: (result: 'stored' | 'duplicate') => void;
  readonly reject: (error: Error) => void;
}

class SqliteInbox implements Inbox {
  private readonly link: Link;
  private readonly attempts: Attempts;
  private readonly sealer: Sealer | undefined;
  private readonly isWorking: boolean;
  private readonly routes = new Map<string, RouteWork>();
  private readonly pending = new Map<number, Pending>();
  private pendingBytes = 0;
  private puts: { readonly tag: number; readonly row: PutRow }[] = [];
  private ends: Ending[] = [];
  private scheduled = false;
  private draining = false;
  private tag = 0;
  private closed: Promise<void> | undefined;
  private opened: InboxView | undefined;

  constructor(
    private readonly options: SqliteInboxOptions,
    private readonly settings: StoreSettings,
    thread: boolean,
  ) {
    const { seal, onAttempt, work = true, retry, clock = () => Date.now() } = options;
    this.sealer = seal === undefined ? undefined : makeSealer(WHERE, seal);
    this.isWorking = work;
    const { owner, keepDoneMs, retry: policy } = settings;
    const end = (ending: Ending): void => {
      this.ends.push(ending);
      this.schedule();
    };
    const { sealer } = this;
    const common = { owner, keepDoneMs, sealer, onAttempt, clock, end };
    this.attempts = new Attempts({ ...common, retry: policy, delayMs: retry?.delayMs });
    const events = {
      onReport: (report: Report) => this.receive(report),
      onDown: (reason: string) => this.fail(reason),
      onUpAgain: () => this.resume(),
    };
    this.link = thread ? openInThread(settings, events) : openDirectly(settings, events, clock);
  }

  get view(): InboxView {
    const { clock, seal } = this.options;
    const { file, driver } = this.settings;
    this.opened ??= openInboxView({ file, driver, seal, clock });
    return this.opened;
  }

  put(delivery: StoredDelivery): Promise<'stored' | 'duplicate'> {
    const isFull = this.pending.size >= MAX_PENDING || this.pendingBytes >= MAX_PENDING_BYTES;
    if (this.closed !== undefined) return Promise.reject(new Error('the inbox is closed'));
    if (!this.link.isUp) return Promise.reject(new Error('the thread of the inbox is being started again'));
    if (isFull)
      return Promise.reject(new Error('too many deliveries wait to be stored: the disk does not keep up'));
    const row = this.makeRow(delivery);
    const bytes = row.body.length;
    return new Promise((resolve, reject) => {
      this.tag += 1;
      this.pending.set(this.tag, { bytes, resolve, reject });
      this.pendingBytes += bytes;
      this.puts.push({ tag: this.tag, row });
      this.schedule();
    });
  }

  work(route: string, handle: InboxHandler, options: WorkOptions = {}): void {
    const { concurrency, attemptTimeoutMs } = checkWork(this.routes, route, handle, options);
    const work = { route, concurrency, attemptTimeoutMs };
    this.routes.set(route, work);
    this.attempts.register(route, { handle, attemptTimeoutMs });
    if (this.isWorking) this.link.send({ routes: [work] });
  }

  async drain(): Promise<void> {
    this.draining = true;
    if (this.link.isUp) this.link.send({ drain: true });
    await this.attempts.drain();
  }

  close(): Promise<void> {
    this.closed ??= this.shutDown();
    return this.closed;
  }

  private async shutDown(): Promise<void> {
    await this.drain();
    this.flush();
    await this.link.close();
    this.fail('the inbox was closed');
    await this.opened?.close();
  }

  private makeRow(delivery: StoredDelivery): PutRow {
    const { route, keys, orderKey, receivedAt } = delivery;
    const { meta, body } = sealDelivery(this.sealer, delivery);
    return {
      route,
      keys: keys.map(({ key }) => key),
      // It may name a person, and is only compared.
      orderKey: orderKey === undefined ? null : sha256(joinParts(['order', route, orderKey]), undefined),
      received: receivedAt,
      keepMs: Math.max(0, ...keys.map(({ ttlMs }) => ttlMs)),
      provider: delivery.meta.provider,
      event: delivery.meta.event ?? null,
      meta,
      body,
    };
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    const { puts, ends } = this;
    // Endings wait for the store to hear again; puts were answered when it fell.
    if (puts.length + ends.length === 0 || !this.link.isUp) return;
    this.puts = [];
    this.ends = [];
    this.link.send({ puts, ends });
  }

  private receive({ puts, jobs, lost }: Report): void {
    for (const { tag, result, failure } of puts) {
      const settle = this.take(tag);
      if (result === undefined) settle?.reject(new Error(failure));
      else settle?.resolve(result);
    }
    for (const job of lost) this.attempts.recordLost(job);
    for (const job of jobs) this.attempts.begin(job);
  }

  private take(tag: number): Pending | undefined {
    const pending = this.pending.get(tag);
    if (pending !== undefined) this.pendingBytes -= pending.bytes;
    this.pending.delete(tag);
    return pending;
  }

  /** Puts that were not written are not stored: their senders are told to come again. */
  private fail(reason: string): void {
    this.puts = [];
    for (const { reject } of this.pending.values()) {
      reject(new Error(`the store of the inbox has ended: ${reason}`));
    }
    this.pending.clear();
    this.pendingBytes = 0;
    if (this.closed === undefined) warn(`the thread of an inbox has ended and is started again: ${reason}`);
  }

  private resume(): void {
    const routes = this.isWorking ? [...this.routes.values()] : [];
    this.link.send({ routes, held: this.attempts.list(), drain: this.draining });
    this.flush();
  }
}
