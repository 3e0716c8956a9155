import { cutQuery } from '../core/address';
import type { Request, RequestHandler } from 'express';
import { runWithTimeout } from '../awaitable';
import type { Verdict } from '../core/authenticate';
import type { Webhook } from '../core/delivery';
import type { Provider } from '../core/provider';
import { TOLERANCE } from '../core/checks';
import { listKeys } from '../duplicates/list-keys';
import { STORE_DEADLINE_MS } from '../duplicates/lease';
import type { Inbox, PayloadReading, StoredDelivery } from '../inbox/inbox';
import { describeActiveSpan } from '../inbox/attempt-span';
import { checkStoredHeaders, pickHeaders, STORE_HEADERS } from '../inbox/stored-headers';
import { makeMeta } from '../inbox/stored-delivery';
import {
  A_FUNCTION,
  A_TEXT,
  checkOptions,
  describe,
  integerBetween,
  required,
  type OptionCheck,
  type OptionChecks,
} from '../options';
import { acknowledge as answerAcknowledge } from '../request/answer';
import { ensureState, type RequestState } from '../request/state';
import { makeRefusal, refuseWithoutWebhook } from '../request/refuse';
import { asMiddleware, type Step } from '../request/step';
import { StoreFailure } from '../request/store-failure';

/** How a verified delivery is put into an inbox. */
export interface StorerOptions {
  /** Where it is stored: `sqliteInbox()`, or another inbox. */
  readonly inbox: Inbox;
  /** The name under which `inbox.work()` handles it. */
  readonly route: string;
  /** Deliveries for which this says the same are handled one after another, in the order in which they came. */
  readonly orderBy?: ((webhook: Webhook) => string | undefined) | undefined;
  /** Names of headers that handlers need; never those that hold a signature or a token. @default none */
  readonly storeHeaders?: readonly string[] | undefined;
  /** A second key by which copies are known, as in the option `duplicates`. */
  readonly key?: ((webhook: Webhook) => string | undefined) | undefined;
  /** How long copies are known where no signed time makes them stale; a day at least. @default 24 h */
  readonly ttlMs?: number | undefined;
  /** The window of `verifySignature()`, where it has one of its own. */
  readonly toleranceSeconds?: number | undefined;
  /** The time for a body of `captureRawBody()`, where it has one of its own. @default 30000 */
  readonly bodyTimeoutMs?: number | undefined;
  /** The time for a look-up of `verifySignature()`, where it has one of its own. @default 5000 */
  readonly secretTimeoutMs?: number | undefined;
}

export interface StoreDeliveryOptions extends StorerOptions {
  /** Status of a delivery that is stored, or was stored before. @default 200 */
  readonly acknowledge?: number | undefined;
}

/** Stores one delivery, and gives its provider; rejects with a `StoreFailure` where it is not safe. */
export type StoreOne = (webhook: Webhook | undefined, req: Request, target?: string) => Promise<Provider>;

export const AN_INBOX: OptionCheck = {
  accepts: isInbox,
  expects: 'sqliteInbox(), or an object with put, work, drain and close',
};

const CHECKS: OptionChecks = {
  inbox: required(AN_INBOX),
  route: required(A_TEXT),
  orderBy: A_FUNCTION,
  storeHeaders: STORE_HEADERS,
  key: A_FUNCTION,
  ttlMs: integerBetween(1, 31_536_000_000, 'milliseconds'),
  toleranceSeconds: TOLERANCE,
  bodyTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  secretTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  acknowledge: integerBetween(200, 299, 'a status of success'),
};

/**
 * Puts a verified delivery into an inbox, then acknowledges it; `inbox.work()` handles it. Mount it behind
 * `webhookGuard({ duplicates: false })`: the inbox knows copies itself.
 */
export function storeDelivery(options: StoreDeliveryOptions): RequestHandler {
  return asMiddleware(storeDeliveryStep(options));
}

/** The step of `storeDelivery()`. */
function storeDeliveryStep(options: StoreDeliveryOptions): Step {
  const checked = checkOptions('storeDelivery()', options, CHECKS);
  const { acknowledge } = checked;
  checkStoredHeaders(checked.storeHeaders ?? [], []);
  const store = makeStorer(checked);

  return async function storeDelivery(state, req, res) {
    const { waived } = state;
    // Let in by the mode 'report': a stranger could fill the disk.
    if (waived !== undefined) return makeRefusal(state, waived);
    try {
      const { status = 200, text } = (await store(req.webhook, req)).acknowledge ?? {};
      answerAcknowledge(res, acknowledge ?? status, text);
      return 'answered';
    } catch (thrown) {
      if (thrown instanceof StoreFailure) return makeRefusal(state, 'ERR_WEBHOOK_STORE', thrown.cause);
      throw thrown;
    }
  };
}

/** Makes the function that stores deliveries, for a step and for a router. */
export function makeStorer(options: StorerOptions, knowsCopies = true): StoreOne {
  const { inbox, route, orderBy, storeHeaders = [], key, ttlMs, toleranceSeconds } = options;
  const { bodyTimeoutMs = 30_000, secretTimeoutMs = 5000 } = options;
  if (orderBy !== undefined && inbox.refusesOrder !== undefined) {
    throw new TypeError(`option "orderBy": ${inbox.refusesOrder}`);
  }
  // A delivery is found fresh when its headers arrive. Its key outlives the window by the time until it is stored.
  const delayMs = bodyTimeoutMs + 2 * secretTimeoutMs;
  const keySettings = { makeOwnKey: key, ttlMs, toleranceSeconds, delayMs };

  return async function storeOne(webhook, req, target) {
    const state = ensureState(req);
    const { verdict } = state;
    if (webhook === undefined || verdict === undefined) throw refuseWithoutWebhook(state, 'storeDelivery()');
    const { compiled } = verdict.parsedSignature;
    const keys = knowsCopies ? listKeys(keySettings, webhook, verdict, state) : [];
    const orderKey = readOrderKey(orderBy?.(webhook));
    const meta = makeMeta({
      webhook,
      key: webhook.key ?? crypto.randomUUID(),
      method: state.method,
      path: cutQuery(req.originalUrl),
      scope: state.scope,
      orderKey,
      target,
      reading: describeReading(verdict, state),
      covers: verdict.covers,
      headers: pickHeaders(storeHeaders, state.source, compiled.signatureHeaders),
      // In the context in which the delivery arrived: reading its body may have left that of the request.
      traceparent: state.context?.runInAsyncScope(describeActiveSpan),
    });
    const delivery = { route, keys, orderKey, receivedAt: state.now, meta, body: webhook.rawBody };
    const result = await putInTime(inbox, delivery);
    if (result === 'duplicate') state.duplicate = true;
    else state.notes.push('stored');
    return compiled.provider;
  };
}

/** A delivery that is stored after the deadline is known as a copy when its sender comes again. */
async function putInTime(inbox: Inbox, delivery: StoredDelivery): Promise<'stored' | 'duplicate'> {
  const outcome = await runWithTimeout<unknown>(() => inbox.put(delivery), STORE_DEADLINE_MS);
  if (outcome.kind === 'thrown') throw new StoreFailure(outcome.thrown);
  if (outcome.kind === 'expired') throw new StoreFailure(new Error('the inbox took too long'));
  const { value } = outcome;
  if (value === 'stored' || value === 'duplicate') return value;
  throw new StoreFailure(new TypeError(`put() answered ${describe(value)}`));
}

function describeReading({ parsedSignature }: Verdict, { source }: RequestState): PayloadReading {
  const { provider, charset } = parsedSignature.compiled;
  const { content, bodyRequired, formField, formFieldOptional, nestedForm } = provider;
  const type = source.headers['content-type'];
  const contentType = typeof type === 'string' ? type : undefined;
  return { content, bodyRequired, formField, formFieldOptional, nestedForm, charset, contentType };
}

function readOrderKey(made: unknown): string | undefined {
  if (made === undefined || made === '') return undefined;
  // A promise, say, would put all deliveries behind one another.
  if (typeof made !== 'string') {
    throw new TypeError(`option "orderBy" must give a string or undefined, got ${describe(made)}`);
  }
  return made;
}

function isInbox(value: unknown): boolean {
  const methods = ['put', 'work', 'drain', 'close'] as const;
  return methods.every((name) => typeof (Object(value) as Record<string, unknown>)[name] === 'function');
}
