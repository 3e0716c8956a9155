import { createRequire } from 'node:module';

/** A connection to a SQLite file: the part that `node:sqlite`, better-sqlite3 and libsql have in common. */
export interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}

/** A prepared statement of one of them. */
export interface Statement {
  get(...values: readonly SqlValue[]): unknown;
  all(...values: readonly SqlValue[]): readonly unknown[];
  run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
}

export type SqlValue = string | number | null | Uint8Array;

type OpenDatabase = new (file: string) => Database;

// Optional, and named by the user.
const load = createRequire(__filename);

const DRIVERS = "'@photostructure/sqlite', 'better-sqlite3' or 'libsql'";

/** Loads the module that opens SQLite files. Throws a `TypeError` that says what to install where it is not there. */
export function loadDriver(name: string): OpenDatabase {
  let loaded: unknown;
  try {
    loaded =
      name === 'node:sqlite' ? loadOwn() : load(load.resolve(name, { paths: [__dirname, process.cwd()] }));
  } catch (error) {
    throw new TypeError(describeMissing(name, error as Error), { cause: error });
  }
  const found = loaded as { readonly DatabaseSync?: unknown; readonly default?: unknown };
  const open = found.DatabaseSync ?? found.default ?? found;
  if (typeof open !== 'function') {
    throw new TypeError(
      `sqliteInbox(): option "driver": the module "${name}" opens no SQLite file; it must be ${DRIVERS}`,
    );
  }
  return open as OpenDatabase;
}

function loadOwn(): unknown {
  const own = process.getBuiltinModule('node:sqlite') as unknown;
  if (own === undefined) throw new Error('no such built-in module: node:sqlite');
  return own;
}

function describeMissing(name: string, { message }: Error): string {
  const reason = message.replace(/\n[^]*/, '');
  if (name === 'node:sqlite') {
    return (
      `sqliteInbox(): Node ${process.versions.node} has no module "node:sqlite" (22.13 and later have it). Update Node, ` +
      `or install a driver and name it, for example: npm install @photostructure/sqlite@1, and the option ` +
      `driver: '@photostructure/sqlite'`
    );
  }
  return (
    `sqliteInbox(): option "driver": the module "${name}" cannot be loaded (${reason}). Install it, or name ` +
    `another one: ${DRIVERS}`
  );
}
