import { closeSync, openSync } from 'node:fs';
import { describeThrown } from '../../options';
import { loadDriver, type Database } from './driver';
import { SCHEMA, SCHEMA_VERSION } from './schema';

/** Where an inbox is, and how it is opened; plain data, as a thread can take it. */
export interface DatabaseSettings {
  readonly file: string;
  readonly driver: string;
  /** How long it waits for another process that writes. */
  readonly busyTimeoutMs: number;
  readonly maxBytes: number | undefined;
}

/**
 * Opens the file of an inbox and makes its tables. Throws a `TypeError` where the file cannot hold one: no write-ahead log
 * on its file system, tables of a later version.
 */
export function openDatabase({ file, driver, busyTimeoutMs, maxBytes }: DatabaseSettings): Database {
  const Open = loadDriver(driver);
  let db: Database;
  try {
    // SQLite gives its other files the mode of this one: they are for this user alone.
    closeSync(openSync(file, 'a', 0o600));
    db = new Open(file);
  } catch (error) {
    throw new TypeError(
      `sqliteInbox(): option "file": cannot open "${file}": ${describeThrown(error)}. Its folder must exist, and this ` +
        'user must be allowed to write there',
      { cause: error },
    );
  }
  try {
    setUp(db, { busyTimeoutMs, maxBytes });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Reads the only value of a pragma. */
export function readPragma(db: Database, pragma: string): string {
  return String(Object.values(Object(db.prepare(`PRAGMA ${pragma}`).get()) as object)[0]);
}

function setUp(
  db: Database,
  { busyTimeoutMs, maxBytes }: Pick<DatabaseSettings, 'busyTimeoutMs' | 'maxBytes'>,
): void {
  db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  const mode = readPragma(db, 'journal_mode = WAL');
  if (mode !== 'wal') {
    throw new TypeError(
      `sqliteInbox(): option "file": there is no write-ahead log on this file system (the journal is "${mode}"). Put the ` +
        'file on a local disk: a network file system cannot hold an inbox',
    );
  }
  // Stated and read back: some drivers are compiled with NORMAL, which does not sync at a commit
  // (https://www.sqlite.org/pragma.html#pragma_synchronous).
  db.exec('PRAGMA synchronous = FULL');
  const synchronous = readPragma(db, 'synchronous');
  if (synchronous !== '2') {
    throw new TypeError(
      `sqliteInbox(): option "driver": this driver keeps "synchronous" at ${synchronous}, and a delivery is safe at FULL ` +
        '(2) only. Use another driver',
    );
  }
  readPragma(db, 'secure_delete = ON');
  if (maxBytes !== undefined) {
    const pages = Math.max(1, Math.floor(maxBytes / Number(readPragma(db, 'page_size'))));
    readPragma(db, `max_page_count = ${pages}`);
  }
  inTransaction(db, () => makeTables(db));
}

function makeTables(db: Database): void {
  db.exec(SCHEMA);
  const row = db.prepare('SELECT version FROM hooklatch_schema').get() as
    { readonly version: number } | undefined;
  if (row === undefined) db.prepare('INSERT INTO hooklatch_schema (version) VALUES (?)').run(SCHEMA_VERSION);
  else if (row.version > SCHEMA_VERSION) {
    throw new TypeError(
      `sqliteInbox(): option "file": its tables have version ${row.version}, and this hooklatch knows version ` +
        `${SCHEMA_VERSION}. Update hooklatch, or use another file`,
    );
  }
}

/** Runs one write transaction; what it throws undoes all of it. */
export function inTransaction<T>(db: Database, task: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = task();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(db);
    throw error;
  }
}

// SQLite has rolled back by itself where the disk is full, for one.
function rollBack(db: Database): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // Nothing is open any more.
  }
}
