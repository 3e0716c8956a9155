import type { BackendFactory, ConnectionOptions, IQueueBackend, PostgresConnectionOptions } from 'bullmq';
import { A_BOOLEAN, A_FUNCTION, AN_OBJECT, A_TEXT, checkOptions, integerBetween } from '../../options';
import type { OnAttempt } from '../inbox';
import { makeRetryPolicy, RETRY, type RetryOptions, type RetrySettings } from '../retry';
import { makeSealer, SEAL, type Sealer, type SealOptions } from '../seal';

/** Options of `bullmqInbox()`. */
export interface BullmqInboxOptions {
  /**
   * As BullMQ takes it: `{ url }`, `{ host, port }` or a client; the address of a Redis as a text. With `backend` that of
   * a PostgreSQL.
   */
  readonly connection: ConnectionOptions | PostgresConnectionOptions;
  /** `createPostgresBackend` of BullMQ, for PostgreSQL. @default Redis */
  readonly backend?: BackendFactory<IQueueBackend, never> | undefined;
  /** In front of the keys of Redis. @default 'bull' */
  readonly prefix?: string | undefined;
  /** In front of the names of the queues, of which each route has one: `webhooks.stripe`. @default 'webhooks' */
  readonly name?: string | undefined;
  /** `false` stores and handles nothing, in a process beside those that work. @default true */
  readonly work?: boolean | undefined;
  /** When a failed delivery is handled again. @default 15 attempts in about 5 hours */
  readonly retry?: RetryOptions | undefined;
  /** How long a delivery is held without a sign of life from the process that handles it. @default 30000 */
  readonly leaseMs?: number | undefined;
  /** How long a delivery is kept when it was handled; 0 deletes it with that. @default 86400000 */
  readonly keepDoneMs?: number | undefined;
  /** How long a delivery is kept when all attempts have failed. @default 2592000000 */
  readonly keepDeadMs?: number | undefined;
  /** Keys that encrypt what is stored: AES-256-GCM. @default none */
  readonly seal?: SealOptions | undefined;
  /** Called with the record of every attempt. */
  readonly onAttempt?: OnAttempt | undefined;
}

/** The options with their defaults. */
export interface BullmqSettings extends RetrySettings {
  readonly connection: object | string;
  readonly backend: BullmqInboxOptions['backend'];
  readonly prefix: string | undefined;
  readonly name: string;
  readonly work: boolean;
  readonly leaseMs: number;
  readonly keepDoneMs: number;
  readonly keepDeadMs: number;
  readonly sealer: Sealer | undefined;
  readonly onAttempt: OnAttempt | undefined;
}

const WHERE = 'bullmqInbox()';
const YEAR_MS = 366 * 86_400_000;
const CHECKS = {
  connection: {
    accepts: (value: unknown) => A_TEXT.accepts(value) || AN_OBJECT.accepts(value),
    expects: 'what BullMQ takes: { url }, { host, port }, a client, or the address of a server',
    secret: true,
    required: true,
  },
  backend: A_FUNCTION,
  prefix: A_TEXT,
  // BullMQ refuses a colon, which divides the keys of Redis.
  name: {
    accepts: (value: unknown) => typeof value === 'string' && /^[\w.-]+$/.test(value),
    expects: 'a name of A-Z a-z 0-9 _ . -',
  },
  work: A_BOOLEAN,
  retry: RETRY,
  leaseMs: integerBetween(100, 3_600_000, 'milliseconds'),
  keepDoneMs: integerBetween(0, YEAR_MS, 'milliseconds'),
  keepDeadMs: integerBetween(0, YEAR_MS, 'milliseconds'),
  seal: SEAL,
  onAttempt: A_FUNCTION,
};

/** Checks the options of `bullmqInbox()` and fills in the defaults. */
export function readOptions(options: BullmqInboxOptions): BullmqSettings {
  const checked = checkOptions(WHERE, options, CHECKS);
  const { connection, backend, retry, seal, name = 'webhooks', work = true, leaseMs = 30_000 } = checked;
  return {
    connection: typeof connection === 'string' && backend === undefined ? { url: connection } : connection,
    backend,
    prefix: checked.prefix,
    name,
    work,
    leaseMs,
    retry: makeRetryPolicy(WHERE, retry),
    delayMs: retry?.delayMs,
    keepDoneMs: checked.keepDoneMs ?? 86_400_000,
    keepDeadMs: checked.keepDeadMs ?? 30 * 86_400_000,
    sealer: seal === undefined ? undefined : makeSealer(WHERE, seal),
    onAttempt: checked.onAttempt,
  };
}
