import type { Awaitable } from '../awaitable';
import type { Webhook } from '../core/delivery';

/** A verified delivery as an inbox keeps it. */
export interface StoredDelivery {
  /** The name under which its handler is found. */
  readonly route: string;
  /** The keys that copies of it have in common; none where the sender's deliveries recur. */
  readonly keys: readonly StoredKey[];
  /** Deliveries of one order key are handled one after another, in the order in which they came. */
  readonly orderKey: string | undefined;
  /** When it arrived, in milliseconds. */
  readonly receivedAt: number;
  /** All but the body, as plain data. */
  readonly meta: DeliveryMeta;
  /** The exact bytes that were verified. */
  readonly body: Buffer;
}

/** A key, and for how long a copy can come. */
export interface StoredKey {
  readonly key: string;
  readonly ttlMs: number;
}

/** A handler is told this beside the body. It has no signature, token, cookie or secret. */
export interface DeliveryMeta {
  readonly provider: string;
  readonly event: string | undefined;
  readonly candidates: readonly string[];
  readonly id: string | undefined;
  /** `webhook.key`. */
  readonly webhookKey: string | undefined;
  /** `delivery.key`. */
  readonly key: string;
  readonly timestamp: number | undefined;
  readonly secretId: string | undefined;
  readonly trusted: Webhook['trusted'];
  readonly method: string;
  readonly path: string;
  readonly scope: string;
  readonly orderKey: string | undefined;
  /** The event of the router's table by which it was stored. */
  readonly target: string | undefined;
  /** How the body is parsed. */
  readonly reading: PayloadReading;
  /** The fields that the signature covers, where it does not cover the whole body. */
  readonly part: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The span of the request that stored it, of `hooklatch/otel`: attempts link to it. */
  readonly traceparent?: string | undefined;
}

/** How a body is parsed, as its provider said when it came. */
export interface PayloadReading {
  readonly content: 'json' | 'form' | 'json-or-form' | 'text' | 'raw';
  readonly bodyRequired?: boolean | undefined;
  readonly formField?: string | undefined;
  readonly formFieldOptional?: boolean | undefined;
  readonly nestedForm?: boolean | undefined;
  readonly charset: string;
  readonly contentType?: string | undefined;
}

/** The delivery behind a webhook that was stored, as its handler gets it. */
export interface InboxDelivery {
  /** Names it in the inbox, for `hooklatch inbox show`. */
  readonly id: string;
  /** Equal in every attempt, and for copies: the idempotency key for your own tables and for other services. */
  readonly key: string;
  readonly route: string;
  /** 1 for the first. */
  readonly attempt: number;
  readonly receivedAt: Date;
  /** The text of `orderBy`. */
  readonly orderKey: string | undefined;
  /** The tenant, as the look-up of the secret said; empty where there is none. */
  readonly scope: string;
  readonly method: string;
  /** The path of the request, without its query. */
  readonly path: string;
  /** The headers that `storeHeaders` lists. */
  readonly headers: Readonly<Record<string, string>>;
  /** The event of the router's table by which it was stored; `undefined` where `storeDelivery()` has stored it. */
  readonly target: string | undefined;
  /** Aborts when the attempt has taken too long. */
  readonly signal: AbortSignal;
  /**
   * Marks the delivery as done inside a transaction of your own on the same SQLite file, so that work and record are one
   * commit: `delivery.completeIn((sql, values) => db.prepare(sql).run(...values))`. Throws where the delivery is not
   * yours any more: roll back then.
   */
  completeIn(run: RunStatement): Awaitable<void>;
}

/** Runs one statement of SQL in the caller's transaction, and answers how many rows it changed. */
export type RunStatement = (
  sql: string,
  values: readonly (string | number | null)[],
) => Awaitable<number | bigint | { readonly changes: number | bigint }>;

/** Handles one stored webhook. Where it throws or rejects, it is called again later. */
export type InboxHandler<Payload = unknown> = {
  bivarianceHack(webhook: Webhook<Payload>, delivery: InboxDelivery): unknown;
}['bivarianceHack'];

/** How the deliveries of a route are handled. */
export interface WorkOptions {
  /** How many at once in this process. @default 10 */
  readonly concurrency?: number | undefined;
  /** After this time an attempt has failed, and its `signal` aborts. @default 300000 */
  readonly attemptTimeoutMs?: number | undefined;
}

/** Stores deliveries before they are acknowledged, and has them handled after that. */
export interface Inbox {
  /** Stores a delivery; resolves when it is safe. Rejects where it is not, and the sender is told to come again. */
  put(delivery: StoredDelivery): PromiseLike<'stored' | 'duplicate'>;
  /** Has `handle` called for each stored delivery of a route, again where it throws. Once for each route. */
  work(route: string, handle: InboxHandler, options?: WorkOptions): void;
  /** From now on no delivery begins; resolves when those that are being handled have ended. */
  drain(): Promise<void>;
  /** Drains, writes what is left, and lets go of the store. */
  close(): Promise<void>;
  /** For a page and a command; an engine with a page of its own may have none. */
  readonly view?: InboxView | undefined;
  /** Why it cannot handle deliveries in order, where it cannot: `orderBy` is refused at start-up with that. */
  readonly refusesOrder?: string | undefined;
}

/**
 * `waiting` until its time has come; `running`; `behind` another one of its order key; `done`; `dead`: no further attempt
 * is made.
 */
export type InboxState = 'waiting' | 'running' | 'behind' | 'done' | 'dead';

/** The states in the order of their numbers in a table. */
export const INBOX_STATES: readonly InboxState[] = ['waiting', 'running', 'behind', 'done', 'dead'];

/** Which deliveries are meant; every field narrows it. */
export interface InboxFilter {
  readonly state?: InboxState | undefined;
  readonly route?: string | undefined;
  readonly event?: string | undefined;
  /** Received before this time, in milliseconds. */
  readonly before?: number | undefined;
  /** Received at this time or later, in milliseconds. */
  readonly after?: number | undefined;
  /** Text in the last error. */
  readonly search?: string | undefined;
}

/** A stored delivery as a list shows it. */
export interface InboxEntry {
  readonly id: string;
  readonly route: string;
  readonly provider: string;
  readonly event: string | null;
  readonly state: InboxState;
  readonly attempts: number;
  readonly receivedAt: number;
  /** When the next attempt is due, or when what has ended is erased. */
  readonly dueAt: number;
  /** Bytes of the body as stored; `null` where it was erased. */
  readonly bytes: number | null;
  readonly error: string | null;
}

/** How many deliveries there are in each state, and how long the oldest has not ended. */
export interface InboxCounts extends Readonly<Record<InboxState, number>> {
  /** Milliseconds since the oldest that has not ended was received; 0 where all have. */
  readonly oldestMs: number;
}

/** Looks at an inbox and moves what is in it. */
export interface InboxView {
  counts(): Awaitable<InboxCounts>;
  /** The newest first. */
  list(filter: InboxFilter, limit: number): Awaitable<readonly InboxEntry[]>;
  /** One delivery, with what was stored beside its body; nothing where it is not there. */
  show(id: string): Awaitable<(InboxEntry & { readonly meta: DeliveryMeta | null }) | undefined>;
  body(id: string): Awaitable<Buffer | undefined>;
  /** One that waits, or is dead, is handled now. */
  retry(id: string): Awaitable<boolean>;
  /** One that has ended is handled again, although it may be done. */
  replay(id: string): Awaitable<boolean>;
  /** One that waits is dead now. */
  discard(id: string): Awaitable<boolean>;
  /** Erases what was stored of deliveries that have ended; their keys stay as long as a copy could come. */
  purge(filter: InboxFilter): Awaitable<number>;
  close(): Awaitable<void>;
}

/** The record of one attempt: flat, without body, header or secret. */
export interface InboxAttempt {
  /** When it began, ISO 8601. */
  readonly time: string;
  readonly route: string;
  readonly provider: string;
  readonly event: string | null;
  /** The sender's id. */
  readonly id: string | null;
  /** The id in the inbox. */
  readonly delivery: string;
  readonly attempt: number;
  /** `released`: not begun, because the inbox drains. */
  readonly outcome: 'done' | 'retry' | 'dead' | 'released';
  readonly code: string | null;
  /** From arrival to the beginning of this attempt. */
  readonly waitedMs: number;
  readonly durationMs: number;
  /** ISO 8601. */
  readonly nextAttemptAt: string | null;
}

/** Called with the record of every attempt, and with what the handler threw. */
export type OnAttempt = (attempt: InboxAttempt, cause?: unknown) => unknown;
