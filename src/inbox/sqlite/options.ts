import {
  A_BOOLEAN,
  A_FUNCTION,
  A_SIZE,
  A_TEXT,
  checkOptions,
  integerBetween,
  parseSize,
  required,
} from '../../options';
import type { OnAttempt } from '../inbox';
import { makeRetryPolicy, RETRY, type RetryOptions } from '../retry';
import { SEAL, type SealOptions } from '../seal';
import type { StoreSettings } from './messages';

/** Options of `sqliteInbox()`. */
export interface SqliteInboxOptions {
  /** The file, on a local disk. It may be that of your app; the tables begin with `hooklatch_`. */
  readonly file: string;
  /**
   * The module that opens it: on Node 20 `'@photostructure/sqlite'`, `'better-sqlite3'` or `'libsql'`, which you install.
   * @default 'node:sqlite'
   */
  readonly driver?: string | undefined;
  /** `false` writes in the thread of the app, as a server that was bundled into one file has to. @default true */
  readonly thread?: boolean | undefined;
  /** `false` stores and handles nothing, in a process beside those that work. @default true */
  readonly work?: boolean | undefined;
  /** When a failed delivery is handled again. @default 15 attempts in about 5 hours */
  readonly retry?: RetryOptions | undefined;
  /** How long a delivery is held without a sign of life from the process that handles it. @default 30000 */
  readonly leaseMs?: number | undefined;
  /** How often it is looked whether another process has left something to do. @default 1000 */
  readonly pollMs?: number | undefined;
  /** How long a body is kept when it was handled; 0 erases it with that. @default 86400000 */
  readonly keepDoneMs?: number | undefined;
  /** How long a body is kept when all attempts have failed. @default 2592000000 */
  readonly keepDeadMs?: number | undefined;
  /** The size that the file may have, in bytes or as `'1gb'`; a full one answers 503. @default no limit */
  readonly maxBytes?: number | string | undefined;
  /** Keys that encrypt what is stored: AES-256-GCM. @default none */
  readonly seal?: SealOptions | undefined;
  /** Called with the record of every attempt. */
  readonly onAttempt?: OnAttempt | undefined;
  /** Milliseconds since 1970, for tests; with it the inbox has no thread. @default Date.now */
  readonly clock?: (() => number) | undefined;
}

export const WHERE = 'sqliteInbox()';
const YEAR_MS = 366 * 86_400_000;
const CHECKS = {
  file: required(A_TEXT),
  driver: A_TEXT,
  thread: A_BOOLEAN,
  work: A_BOOLEAN,
  retry: RETRY,
  leaseMs: integerBetween(100, 3_600_000, 'milliseconds'),
  pollMs: integerBetween(1, 3_600_000, 'milliseconds'),
  keepDoneMs: integerBetween(0, YEAR_MS, 'milliseconds'),
  keepDeadMs: integerBetween(0, YEAR_MS, 'milliseconds'),
  maxBytes: A_SIZE,
  seal: SEAL,
  onAttempt: A_FUNCTION,
  clock: A_FUNCTION,
};

/** The options of an inbox, checked, and what its store is told of them. */
export interface ReadOptions {
  readonly checked: SqliteInboxOptions;
  readonly settings: StoreSettings;
  readonly thread: boolean;
}

/** Checks the options of `sqliteInbox()`. */
export function readOptions(options: SqliteInboxOptions): ReadOptions {
  const checked = checkOptions(WHERE, options, CHECKS);
  const { clock, thread = clock === undefined } = checked;
  if (thread && clock !== undefined) {
    throw new TypeError(
      `${WHERE}: option "clock" cannot be asked from another thread; set "thread" to false with it`,
    );
  }
  return { checked, settings: makeSettings(checked, thread), thread };
}

function makeSettings(options: SqliteInboxOptions, thread: boolean): StoreSettings {
  const { maxBytes, retry, leaseMs = 30_000, pollMs = 1000 } = options;
  return {
    file: options.file,
    driver: options.driver ?? 'node:sqlite',
    // In the thread of the app everything else waits with it.
    busyTimeoutMs: thread ? 5000 : 500,
    maxBytes: parseSize(maxBytes),
    owner: `${process.pid}-${crypto.randomUUID()}`,
    leaseMs,
    pollMs,
    keepDoneMs: options.keepDoneMs ?? 86_400_000,
    keepDeadMs: options.keepDeadMs ?? 30 * 86_400_000,
    retry: makeRetryPolicy(WHERE, retry),
  };
}
