import type { RetryPolicy } from '../retry';
import type { DatabaseSettings } from './open';

// Plain data: it goes from the thread of the app to that of the store and back.

/** All that the store is told when it starts. */
export interface StoreSettings extends DatabaseSettings {
  /** Names the holder of the deliveries that are being handled. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly keepDoneMs: number;
  readonly keepDeadMs: number;
  readonly retry: RetryPolicy;
}

/** A delivery as a row. */
export interface PutRow {
  readonly route: string;
  readonly keys: readonly string[];
  readonly orderKey: string | null;
  readonly received: number;
  /** For how long copies of it are known. */
  readonly keepMs: number;
  readonly provider: string;
  readonly event: string | null;
  readonly meta: string;
  readonly body: Uint8Array;
}

/** A row, and the number by which its result is told. */
export interface TaggedRow {
  readonly tag: number;
  readonly row: PutRow;
}

/** How an attempt has ended. */
export interface Ending {
  readonly id: number;
  readonly route: string;
  readonly attempts: number;
  readonly state: 'done' | 'waiting' | 'dead' | 'released';
  readonly error: string | null;
  /** When it is handled again, where it has not ended. */
  readonly due: number;
}

/** A delivery that is to be handled now. */
export interface Job {
  readonly id: number;
  readonly route: string;
  readonly key: string | null;
  readonly attempts: number;
  readonly received: number;
  readonly meta: string;
  readonly body: Uint8Array;
  /** The attempt has failed when it takes longer. */
  readonly deadline: number;
}

/** A delivery whose process has died or hangs. */
export interface LostJob extends Pick<Job, 'id' | 'route' | 'attempts' | 'received'> {
  readonly provider: string;
  readonly event: string | null;
  /** When it is handled again; `null` where it is dead. */
  readonly next: number | null;
}

/** A delivery that this process handles. */
export interface HeldJob {
  readonly id: number;
  readonly route: string;
  readonly attempts: number;
  /** Its lease is renewed until then. */
  readonly deadline: number;
}

/** How a route is handled. */
export interface RouteWork {
  readonly route: string;
  readonly concurrency: number;
  readonly attemptTimeoutMs: number;
}

/** To the store. */
export interface Request {
  readonly puts?: readonly TaggedRow[];
  readonly ends?: readonly Ending[];
  readonly routes?: readonly RouteWork[];
  /** Deliveries that this process handled when the store had to be started again. */
  readonly held?: readonly HeldJob[];
  /** No delivery begins any more. */
  readonly drain?: boolean;
}

/** The result of a put. */
export interface PutResult {
  readonly tag: number;
  readonly result?: 'stored' | 'duplicate';
  /** Why it was not stored. */
  readonly failure?: string;
}

/** From the store, after the commit that it tells of. */
export interface Report {
  readonly puts: readonly PutResult[];
  readonly jobs: readonly Job[];
  readonly lost: readonly LostJob[];
}
