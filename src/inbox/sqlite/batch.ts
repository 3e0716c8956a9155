import { backOff } from '../retry';
import type { Database, Statement } from './driver';
import type { Ending, HeldJob, Job, LostJob, PutRow, Report, StoreSettings, TaggedRow } from './messages';
import { inTransaction } from './open';
import { DEAD, DONE, FREE_STATE, RUNNING, WAITING } from './schema';
import { makeSweep, type Sweep } from './sweep';

/** One transaction: deliveries that came in, attempts that have ended, leases to renew, and routes with free places. */
export interface Batch {
  readonly puts: readonly TaggedRow[];
  readonly ends: readonly Ending[];
  readonly renewals: readonly HeldJob[];
  readonly wants: readonly Want[];
}

/** A route with free places. */
export interface Want {
  readonly route: string;
  readonly free: number;
  readonly attemptTimeoutMs: number;
}

/** The SQLite side of an inbox. */
export interface BatchStore {
  apply(batch: Batch): Report;
  /** When the first delivery of these routes is due; `Infinity` where there is none. */
  nextDue(routes: readonly string[]): number;
  /** Erases and forgets what has ended long enough ago. */
  sweep(): { readonly isMore: boolean };
}

const DAY_MS = 86_400_000;
// A clock that was set forward ends keys early.
const KEY_MARGIN_MS = 3_600_000;
const HELD = 'WHERE id = ? AND state = 1 AND owner = ? AND attempts = ?';
const LOST = 'its process has ended, or hangs';

const STATEMENTS = {
  find: `SELECT id, state FROM hooklatch_delivery WHERE key = ?
    UNION ALL SELECT d.id, d.state FROM hooklatch_alias AS a JOIN hooklatch_delivery AS d ON d.id = a.delivery
    WHERE a.key = ?`,
  put: `INSERT INTO hooklatch_delivery
    (route, key, order_key, state, due, attempts, received, until, provider, event, meta)
    VALUES (?, ?, ?, ${FREE_STATE}, ?, 0, ?, ?, ?, ?, ?) RETURNING id`,
  alias: 'INSERT INTO hooklatch_alias (key, delivery) VALUES (?, ?)',
  body: 'INSERT INTO hooklatch_body (id, body) VALUES (?, ?)',
  due: 'SELECT id, state, attempts FROM hooklatch_delivery WHERE route = ? AND state < 2 AND due <= ? ORDER BY due LIMIT ?',
  next: 'SELECT min(due) AS due FROM hooklatch_delivery WHERE route = ? AND state < 2',
  claim: `UPDATE hooklatch_delivery SET state = ${RUNNING}, attempts = attempts + 1, owner = ?, due = ? WHERE id = ?
    RETURNING id, route, key, attempts, received, meta`,
  read: "SELECT coalesce((SELECT body FROM hooklatch_body WHERE id = ?), x'') AS body",
  end: `UPDATE hooklatch_delivery SET state = ?, due = ?, attempts = ?, error = ?, owner = NULL ${HELD}`,
  lose: `UPDATE hooklatch_delivery SET state = ?, due = ?, error = ?, owner = NULL WHERE id = ?
    RETURNING id, route, attempts, received, provider, event`,
  renew: `UPDATE hooklatch_delivery SET due = ? ${HELD}`,
} as const;

type Statements = Readonly<Record<keyof typeof STATEMENTS, Statement>>;

/** Prepares the statements of an inbox. */
export function makeBatchStore(db: Database, settings: StoreSettings, clock: () => number): BatchStore {
  return new SqliteBatchStore(db, settings, clock);
}

class SqliteBatchStore implements BatchStore {
  private readonly sql: Statements;
  private readonly sweeper: Sweep;

  constructor(
    private readonly db: Database,
    private readonly settings: StoreSettings,
    private readonly clock: () => number,
  ) {
    this.sql = prepareAll(db);
    this.sweeper = makeSweep(db, clock);
  }

  apply({ puts, ends, renewals, wants }: Batch): Report {
    return inTransaction(this.db, () => {
      const now = this.clock();
      const { owner, leaseMs } = this.settings;
      const lost: LostJob[] = [];
      const results = puts.map(({ tag, row }) => ({ tag, result: this.store(row, now) }));
      for (const ending of ends) this.end(ending, now);
      for (const { id, attempts } of renewals) this.sql.renew.run(now + leaseMs, id, owner, attempts);
      const jobs = wants.flatMap((want) => this.claim(want, now, lost));
      return { puts: results, jobs, lost };
    });
  }

  nextDue(routes: readonly string[]): number {
    const times = routes.map((route) => (this.sql.next.get(route) as { due: number | null }).due);
    return Math.min(...times.map((due) => due ?? Infinity));
  }

  sweep(): { readonly isMore: boolean } {
    return inTransaction(this.db, () => this.sweeper.run());
  }

  private store(row: PutRow, now: number): 'stored' | 'duplicate' {
    const { route, keys, orderKey, received, provider, event, meta, body } = row;
    const { sql } = this;
    for (const copy of this.findCopies(keys)) {
      if (copy.state !== DEAD) return 'duplicate';
      // It was given up, and is sent once more: by "Resend" on the sender's page, for one.
      this.sweeper.forget(copy.id);
    }
    const until = now + Math.max(DAY_MS, row.keepMs) + KEY_MARGIN_MS;
    const free = [orderKey, route, orderKey];
    const [key = null, ...others] = keys;
    const values = [route, key, orderKey, ...free, now, received, until, provider, event, meta];
    const { id } = sql.put.get(...values) as { id: number };
    sql.body.run(id, body);
    for (const other of new Set(others)) if (other !== key) sql.alias.run(other, id);
    return 'stored';
  }

  private findCopies(keys: readonly string[]): readonly { readonly id: number; readonly state: number }[] {
    return keys.flatMap((key) => this.sql.find.all(key, key) as { id: number; state: number }[]);
  }

  private end({ id, attempts, state, error, due }: Ending, now: number): void {
    const { owner, keepDoneMs, keepDeadMs } = this.settings;
    const held = [id, owner, attempts] as const;
    if (state === 'waiting' || state === 'released') {
      // One that was released has not begun: it is no attempt.
      const counted = state === 'released' ? attempts - 1 : attempts;
      this.sql.end.run(WAITING, due, counted, error, ...held);
      return;
    }
    const [ended, keepMs] = state === 'done' ? [DONE, keepDoneMs] : [DEAD, keepDeadMs];
    const { changes } = this.sql.end.run(ended, now + keepMs, attempts, error, ...held);
    if (keepMs === 0 && Number(changes) > 0) this.sweeper.erase(id);
  }

  private claim({ route, free, attemptTimeoutMs }: Want, now: number, lost: LostJob[]): readonly Job[] {
    const { owner, leaseMs } = this.settings;
    const due = this.sql.due.all(route, now, free) as readonly {
      id: number;
      state: number;
      attempts: number;
    }[];
    return due.flatMap(({ id, state, attempts }) => {
      if (state === RUNNING) {
        lost.push(this.lose(id, attempts, now));
        return [];
      }
      const row = this.sql.claim.get(owner, now + leaseMs, id) as Omit<Job, 'body' | 'deadline'>;
      const { body } = this.sql.read.get(id) as Pick<Job, 'body'>;
      return [{ ...row, body, deadline: now + attemptTimeoutMs }];
    });
  }

  /** A lease has ended, which counts as an attempt: a delivery that kills its process is dead in the end. */
  private lose(id: number, attempts: number, now: number): LostJob {
    const { retry, keepDeadMs } = this.settings;
    const next = attempts >= retry.attempts ? null : now + backOff(retry, attempts);
    const state = next === null ? DEAD : WAITING;
    const row = this.sql.lose.get(state, next ?? now + keepDeadMs, LOST, id) as Omit<LostJob, 'next'>;
    return { ...row, next };
  }
}

function prepareAll(db: Database): Statements {
  const prepared = Object.entries(STATEMENTS).map(([name, text]) => [name, db.prepare(text)] as const);
  // The names are those of the table above.
  return Object.fromEntries(prepared) as unknown as Statements;
}
