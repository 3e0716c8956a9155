import type { Database } from './driver';

/** Erases deliveries that have ended, in the transaction of its caller. */
export interface Sweep {
  /** Erases what was stored of one delivery; its key stays. */
  erase(id: number): void;
  /** Deletes all of a delivery, its keys too. */
  forget(id: number): void;
  /** Erases what was kept long enough, and forgets keys of which no copy can come; a bounded number at a time. */
  run(): { readonly isMore: boolean };
}

const AT_ONCE = 500;

/** Prepares the statements that erase. */
export function makeSweep(db: Database, clock: () => number): Sweep {
  const due = db.prepare(
    'SELECT id, until FROM hooklatch_delivery WHERE state >= 3 AND due <= ? ORDER BY due LIMIT ?',
  );
  const eraseBody = db.prepare('DELETE FROM hooklatch_body WHERE id = ?');
  // An error may quote the payload. What is left is due again when its key is forgotten.
  const eraseRest = db.prepare(
    "UPDATE hooklatch_delivery SET meta = '', error = NULL, due = until WHERE id = ?",
  );
  const forgetAlias = db.prepare('DELETE FROM hooklatch_alias WHERE delivery = ?');
  const deleteRow = db.prepare('DELETE FROM hooklatch_delivery WHERE id = ?');

  function erase(id: number): void {
    eraseBody.run(id);
    eraseRest.run(id);
  }

  function forget(id: number): void {
    eraseBody.run(id);
    forgetAlias.run(id);
    deleteRow.run(id);
  }

  return {
    erase,
    forget,
    run() {
      const now = clock();
      const rows = due.all(now, AT_ONCE) as readonly { readonly id: number; readonly until: number }[];
      for (const { id, until } of rows) {
        if (until > now) erase(id);
        else forget(id);
      }
      return { isMore: rows.length === AT_ONCE };
    },
  };
}
