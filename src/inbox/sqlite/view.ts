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
import { makeSealer, openBytes, openText, type SealOptions, type SealPlace, type Sealer } from '../seal';
import type { Database, SqlValue } from './driver';
import { checkpoint } from './engine';
import { inTransaction, openDatabase } from './open';
import { DEAD, FREE_STATE } from './schema';
import { makeSweep } from './sweep';

/** Which file is looked at, and what opens it. */
export interface ViewSettings {
  readonly file: string;
  readonly driver: string;
  readonly seal: SealOptions | undefined;
  readonly clock: (() => number) | undefined;
}

interface Row {
  readonly id: number;
  readonly route: string;
  readonly key: string | null;
  readonly provider: string;
  readonly event: string | null;
  readonly state: InboxState;
  readonly attempts: number;
  readonly received: number;
  readonly due: number;
  readonly bytes: number | null;
  readonly error: string | null;
}

type SealedRow = Pick<Row, 'route' | 'key' | 'received'>;

// The columns of each statement are those of its cast.
const STATE = `CASE state ${INBOX_STATES.map((name, state) => `WHEN ${state} THEN '${name}'`).join(' ')} END AS state`;
const FIELDS = `id, route, key, provider, event, ${STATE}, attempts, received, due, error,
  (SELECT length(body) FROM hooklatch_body AS b WHERE b.id = d.id) AS bytes`;
const AT_ONCE = 500;

/** Opens the view of an inbox by plain SQL on its file, in any process. */
export function openInboxView({ file, driver, seal, clock = () => Date.now() }: ViewSettings): InboxView {
  const sealer = seal === undefined ? undefined : makeSealer('the view of an inbox', seal);
  const db = openDatabase({ file, driver, busyTimeoutMs: 5000, maxBytes: undefined });
  return new SqliteView(db, sealer, clock);
}

class SqliteView implements InboxView {
  private closed = false;

  constructor(
    private readonly db: Database,
    private readonly sealer: Sealer | undefined,
    private readonly clock: () => number,
  ) {}

  counts(): InboxCounts {
    const rows = this.select(
      `SELECT ${STATE}, count(*) AS n, min(received) AS oldest FROM hooklatch_delivery GROUP BY 1`,
    ) as readonly { state: InboxState; n: number; oldest: number }[];
    const counts = { waiting: 0, running: 0, behind: 0, done: 0, dead: 0 };
    let oldest = Infinity;
    for (const row of rows) {
      counts[row.state] = row.n;
      if (row.state !== 'done' && row.state !== 'dead') oldest = Math.min(oldest, row.oldest);
    }
    return { ...counts, oldestMs: oldest === Infinity ? 0 : Math.max(0, this.clock() - oldest) };
  }

  list(filter: InboxFilter, limit: number): readonly InboxEntry[] {
    const { where, values } = describeFilter(filter);
    const sql = `SELECT ${FIELDS} FROM hooklatch_delivery AS d ${where} ORDER BY id DESC LIMIT ?`;
    return (this.select(sql, ...values, limit) as readonly Row[]).map((row) => this.makeEntry(row));
  }

  show(id: string): (InboxEntry & { readonly meta: DeliveryMeta | null }) | undefined {
    const sql = `SELECT ${FIELDS}, meta FROM hooklatch_delivery AS d WHERE id = ?`;
    const [row] = this.select(sql, id) as readonly (Row & { meta: string })[];
    return row && { ...this.makeEntry(row), meta: this.openMeta(row) };
  }

  body(id: string): Buffer | undefined {
    const sql = `SELECT d.route, d.key, d.received, b.body FROM hooklatch_body AS b
      JOIN hooklatch_delivery AS d ON d.id = b.id WHERE b.id = ?`;
    const [row] = this.select(sql, id) as readonly (SealedRow & { body: Uint8Array })[];
    return row && openBytes(this.sealer, row.body, placeOf(row, 'body'));
  }

  retry(id: string): boolean {
    return this.wake(id, 'state IN (0, 4)');
  }

  replay(id: string): boolean {
    return this.wake(id, 'state IN (3, 4)');
  }

  discard(id: string): boolean {
    const sql = `UPDATE hooklatch_delivery SET state = ${DEAD}, due = max(until, due), error = 'discarded'
      WHERE id = ? AND state IN (0, 2)`;
    return this.change(sql, id) > 0;
  }

  purge(filter: InboxFilter): number {
    const { where, values } = describeFilter(filter);
    const stored = `EXISTS (SELECT 1 FROM hooklatch_body AS b WHERE b.id = d.id)`;
    const sql = `SELECT id FROM hooklatch_delivery AS d ${where} ${where === '' ? 'WHERE' : 'AND'} state >= 3
      AND ${stored} LIMIT ${AT_ONCE}`;
    const sweep = makeSweep(this.db, this.clock);
    let erased = 0;
    for (;;) {
      const rows = this.select(sql, ...values) as readonly { id: number }[];
      inTransaction(this.db, () => rows.forEach(({ id }) => sweep.erase(id)));
      erased += rows.length;
      if (rows.length < AT_ONCE) break;
    }
    checkpoint(this.db);
    return erased;
  }

  close(): void {
    // The inbox closes its view too.
    if (!this.closed) this.db.close();
    this.closed = true;
  }

  /** Waits again, now; behind another of its order key where there is one. */
  private wake(id: string, states: string): boolean {
    return inTransaction(this.db, () => {
      const sql = `SELECT route, order_key FROM hooklatch_delivery AS d WHERE id = ? AND ${states}
        AND EXISTS (SELECT 1 FROM hooklatch_body AS b WHERE b.id = d.id)`;
      const [row] = this.select(sql, id) as readonly { route: string; order_key: string | null }[];
      if (row === undefined) return false;
      const { route, order_key: order } = row;
      // One that waits already is not behind itself.
      const update = `UPDATE hooklatch_delivery SET due = ?, attempts = 0, owner = NULL,
        state = CASE WHEN state = 0 THEN 0 ELSE ${FREE_STATE} END WHERE id = ?`;
      return this.change(update, this.clock(), order, route, order, id) > 0;
    });
  }

  private makeEntry(row: Row): InboxEntry {
    const { id, route, provider, event, state, attempts, received, due, bytes } = row;
    return {
      id: String(id),
      route,
      provider,
      event,
      state,
      attempts,
      receivedAt: received,
      dueAt: due,
      bytes,
      error: row.error === null ? null : this.openError(row, row.error),
    };
  }

  private openError(row: Row, error: string): string {
    try {
      return openText(this.sealer, error, placeOf(row, 'error'));
    } catch (thrown) {
      return `(${describeThrown(thrown)})`;
    }
  }

  private openMeta(row: Row & { readonly meta: string }): DeliveryMeta | null {
    try {
      // It was written by JSON.stringify() from this type; erased, it is no JSON.
      return JSON.parse(openText(this.sealer, row.meta, placeOf(row, 'meta'))) as DeliveryMeta;
    } catch {
      return null;
    }
  }

  private select(sql: string, ...values: readonly SqlValue[]): readonly unknown[] {
    return this.db.prepare(sql).all(...values);
  }

  private change(sql: string, ...values: readonly SqlValue[]): number {
    return Number(this.db.prepare(sql).run(...values).changes);
  }
}

function placeOf({ route, key, received }: SealedRow, part: SealPlace['part']): SealPlace {
  return { part, route, key: key ?? undefined, receivedAt: received };
}

function describeFilter(filter: InboxFilter): {
  readonly where: string;
  readonly values: readonly SqlValue[];
} {
  const { state, route, event, before, after, search } = filter;
  const parts: readonly (readonly [string, SqlValue | undefined])[] = [
    ['state = ?', state === undefined ? undefined : INBOX_STATES.indexOf(state)],
    ['route = ?', route],
    ['event = ?', event],
    ['received < ?', before],
    ['received >= ?', after],
    ['instr(error, ?) > 0', search],
  ];
  const given = parts.flatMap(([sql, value]) => (value === undefined ? [] : [[sql, value] as const]));
  const where = given.length === 0 ? '' : `WHERE ${given.map(([sql]) => sql).join(' AND ')}`;
  return { where, values: given.map(([, value]) => value) };
}
