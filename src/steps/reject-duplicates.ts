import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Webhook } from '../core/delivery';
import { findUniqueId } from '../core/delivery-key';
import { againKey, duplicateKeys, ownKey, usualLifeMs, type DuplicateKey } from '../duplicates/duplicate-key';
import { getToleranceMs, type Verdict } from '../core/authenticate';
import { sha256 } from '../core/hmac';
import { TOLERANCE } from '../core/checks';
import { runWithTimeout, chain, type Awaitable } from '../awaitable';
import {
  A_FUNCTION,
  AN_OBJECT,
  checkOptions,
  describe,
  describeThrown,
  integerBetween,
  type OptionChecks,
} from '../options';
import { memoryStore } from '../duplicates/memory-store';
import type { ClaimState, DuplicateStore } from '../duplicates/store';
import { acknowledge as answerAcknowledge } from '../request/answer';
import { releaseKey, HeldLease, STORE_DEADLINE_MS } from '../duplicates/lease';
import { ensureState, refuseWithoutWebhook, makeRefusal, type RequestState } from '../request/state';
import { isRefused } from '../request/handler-end';
import { onResponseEnd, statusSent } from '../request/response-end';
import { warnOnce } from '../request/warnings';

/** The option `duplicates`. */
export interface DuplicatesOptions {
  /** Where handled deliveries are remembered. @default a `memoryStore()` of its own */
  readonly store?: DuplicateStore | undefined;
  /** How long a delivery that is being handled is held without a sign of life. @default 30000 */
  readonly leaseMs?: number | undefined;
  /**
   * How long a handled delivery is remembered where no signed time makes it stale, and by `key`. @default 24 h, or an
   * hour more than the sender tries
   */
  readonly ttlMs?: number | undefined;
  /** A second key, made of signed fields, for senders that sign their retries anew. `undefined` for none. */
  readonly key?: ((webhook: Webhook) => string | undefined) | undefined;
  /**
   * Asked for a delivery that was handled before: text lets it in once more for each different text, `undefined`
   * acknowledges it as a copy. For deliveries that you have asked the sender to repeat. Go by what no stranger can
   * send: a list that you keep, and not a header.
   */
  readonly handleAgain?: ((webhook: Webhook, req: Request) => string | undefined) | undefined;
}

export interface RejectDuplicatesOptions extends DuplicatesOptions {
  /** The window of `verifySignature()`, where it has one of its own. */
  readonly toleranceSeconds?: number | undefined;
  /** The time for a body of `captureRawBody()`, where it has one of its own. @default 30000 */
  readonly bodyTimeoutMs?: number | undefined;
  /** The time for a look-up of `verifySignature()`, where it has one of its own. @default 5000 */
  readonly secretTimeoutMs?: number | undefined;
  /** Status of a delivery that was handled before. @default 200 */
  readonly acknowledge?: number | undefined;
  /** For how long the hold is renewed while the handler runs. @default 25000 */
  readonly handlerTimeoutMs?: number | undefined;
}

/** A verified delivery that asks to be handled. */
interface Arrival {
  readonly req: Request;
  readonly res: Response;
  readonly next: NextFunction;
  readonly webhook: Webhook;
}

const STORE_METHODS = ['claim', 'complete', 'release', 'renew'] as const;

/** The checks of the option `duplicates`. */
export const DUPLICATES: OptionChecks = {
  store: {
    accepts: (value) =>
      AN_OBJECT.accepts(value) &&
      STORE_METHODS.every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
    expects: 'memoryStore(), redisStore(), or an object with claim, complete, release and renew',
  },
  leaseMs: integerBetween(1000, 3_600_000, 'milliseconds'),
  ttlMs: integerBetween(1, 31_536_000_000, 'milliseconds'),
  key: A_FUNCTION,
  handleAgain: A_FUNCTION,
};

const CHECKS: OptionChecks = {
  ...DUPLICATES,
  toleranceSeconds: TOLERANCE,
  bodyTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  secretTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  acknowledge: integerBetween(200, 299, 'a status of success'),
  handlerTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
};

const DAY_MS = 86_400_000;

// A delivery is found fresh when its headers arrive, and claimed when its body has been read and verified. A record
// outlives the window by a minute: 40 seconds for this, by the usual options, and 20 for clocks that differ.
const USUAL_DELAY_MS = 40_000;
const CLOCKS_MS = 20_000;

// Nobody else's owner is like one of ours.
const PROCESS = randomBytes(9).toString('base64url');
let owners = 0;

/**
 * Handles every delivery once: the first is claimed and handled, a copy is acknowledged or, while the first is being
 * handled, put off with 409. A failure gives it back, so that the sender's next try is welcome. Needs
 * `verifySignature()` before it.
 */
export function rejectDuplicates(options: RejectDuplicatesOptions = {}): RequestHandler {
  const checked = checkOptions('rejectDuplicates()', options, CHECKS);
  const { store = memoryStore(), leaseMs = 30_000, ttlMs, key: makeOwnKey, toleranceSeconds } = checked;
  const { handleAgain, acknowledge, handlerTimeoutMs = 25_000 } = checked;
  const { bodyTimeoutMs = 30_000, secretTimeoutMs = 5000 } = checked;
  // Secrets are looked up, and then tried.
  const delayMs = Math.max(0, bodyTimeoutMs + 2 * secretTimeoutMs - USUAL_DELAY_MS);

  return function rejectDuplicatesMiddleware(req: Request, res: Response, next: NextFunction): void {
    const state = ensureState(req);
    const { verdict, waived } = state;
    const { webhook } = req;
    if (waived !== undefined) {
      next();
      return;
    }
    // Of a webhook that something else has verified, the signed content is not known: every copy would be handled.
    if (webhook === undefined || verdict === undefined) {
      next(refuseWithoutWebhook(req, 'rejectDuplicates()'));
      return;
    }
    const keys = listKeys(webhook, verdict, state).filter(({ key }) => !isHeld(state, key));
    if (keys.length === 0) {
      next();
      return;
    }
    if (keys.some((key) => isTooLate(key, state))) {
      next(makeRefusal(req, 'ERR_WEBHOOK_TIMESTAMP'));
      return;
    }
    claimOrAnswer(keys, { req, res, next, webhook }, false);
  };

  function claimOrAnswer(keys: readonly DuplicateKey[], arrival: Arrival, again: boolean): void {
    const { req, res, next } = arrival;
    const state = ensureState(req);
    owners += 1;
    const owner = `${PROCESS}-${owners}`;
    runWithTimeout(() => claimAll(keys, owner), STORE_DEADLINE_MS, {
      succeed: (outcome) => {
        if (outcome === 'claimed') {
          if (again) state.notes.push('again');
          hold(keys, owner, state, res, next);
          return;
        }
        if (outcome === 'done' && !again && handleAgain !== undefined) claimAgain(keys, arrival, handleAgain);
        else answerCopy(outcome, arrival);
      },
      fail: (thrown) => {
        warnOfStore(describeThrown(thrown));
        releaseAll(keys, owner);
        next(makeRefusal(req, 'ERR_WEBHOOK_STORE'));
      },
      expire: () => {
        warnOfStore('it took too long');
        next(makeRefusal(req, 'ERR_WEBHOOK_STORE'));
      },
      // The sender was told to come again: a claim that arrives now would only stand in its way.
      late: () => releaseAll(keys, owner),
    });
  }

  /** Asks whether a copy is wanted; each reason has a key of its own, so it lets in one copy. */
  function claimAgain(
    keys: readonly DuplicateKey[],
    arrival: Arrival,
    ask: NonNullable<DuplicatesOptions['handleAgain']>,
  ): void {
    let reason: unknown;
    try {
      reason = ask(arrival.webhook, arrival.req);
      // A promise, say, would let in every copy once.
      if (reason !== undefined && typeof reason !== 'string')
        throw new TypeError(describeNotText('handleAgain', reason));
    } catch (thrown) {
      arrival.next(thrown ?? new Error('undefined was thrown'));
      return;
    }
    if (reason === undefined || reason === '') {
      answerCopy('done', arrival);
      return;
    }
    const text = reason;
    const others = keys.map((known) => ({ ...known, key: againKey(known.key, text) }));
    const open = others.filter(({ key }) => !isHeld(ensureState(arrival.req), key));
    // Another guard of this store has asked before, and handles it again.
    if (open.length === 0) arrival.next();
    else claimOrAnswer(open, arrival, true);
  }

  function answerCopy(outcome: ClaimState, { req, res, next }: Arrival): void {
    const state = ensureState(req);
    state.duplicate = true;
    const { status = 200, text } = state.verdict?.parsedSignature.compiled.provider.acknowledge ?? {};
    if (outcome === 'done') answerAcknowledge(res, acknowledge ?? status, text);
    else next(makeRefusal(req, 'ERR_WEBHOOK_IN_PROGRESS'));
  }

  function hold(
    keys: readonly DuplicateKey[],
    owner: string,
    state: RequestState,
    res: Response,
    next: NextFunction,
  ): void {
    // Something else has answered before, and told the sender to come again.
    if (isRefused(res)) {
      releaseAll(keys, owner);
      return;
    }
    const claim = new HeldLease({ store, keys, owner, leaseMs, handlerTimeoutMs, notes: state.notes });
    state.leases.push(claim);
    const answered = (status: number): void => claim.onAnswered(status);
    // One watch on the response for all steps: it saves three listeners for each request.
    const watchEnd = state.run?.watchEnd ?? onResponseEnd(res, { answered });
    next();
    if (res.writableEnded) answered(statusSent(res));
    claim.keep(watchEnd);
  }

  function releaseAll(keys: readonly DuplicateKey[], owner: string): void {
    for (const { key } of keys) releaseKey(store, key, owner);
  }

  /** Whether another guard has claimed the key for this request, which must not compete with itself. */
  function isHeld({ leases }: RequestState, key: string): boolean {
    return leases.some((lease) => lease.holds(store, key));
  }

  function listKeys(webhook: Webhook, verdict: Verdict, state: RequestState): readonly DuplicateKey[] {
    const { scope, endpoints, now, rawBody, source } = state;
    const { compiled } = verdict.parsedSignature;
    const id = findUniqueId(compiled.provider, webhook, () => ({ value: webhook.payload }));
    const received = { verdict, source, body: rawBody ?? webhook.rawBody, id, scope };
    const life = { now, toleranceMs: getToleranceMs(compiled, toleranceSeconds) + delayMs, ttlMs };
    const keys = [...duplicateKeys(received, endpoints, webhook.key, life)];
    const own: unknown = makeOwnKey?.(webhook);
    if (own !== undefined && typeof own !== 'string') {
      // A promise, say, would make every delivery a copy of the first.
      throw new TypeError(describeNotText('key', own));
    }
    if (own !== undefined && own !== '') {
      for (const endpoint of endpoints) {
        const key = ownKey(compiled.provider.name, scope, endpoint, own);
        keys.push({ key, ttlMs: ttlMs ?? Math.max(DAY_MS, usualLifeMs(compiled.provider)), freshMs: 0 });
      }
    }
    return scope === '' ? keys : keys.map((made) => ({ ...made, key: `${getTenant(scope)}:${made.key}` }));
  }

  /** Claims one key after the other; where one is not to be had, those before it are released. */
  function claimAll(keys: readonly DuplicateKey[], owner: string, index = 0): Awaitable<ClaimState> {
    const wanted = keys[index];
    if (wanted === undefined) return 'claimed';
    return chain(store.claim(wanted.key, owner, leaseMs), (outcome) => {
      if (outcome === 'claimed') return claimAll(keys, owner, index + 1);
      if (!isRefusal(outcome)) throw new TypeError(`claim() answered ${describe(outcome)}`);
      releaseAll(keys.slice(0, index), owner);
      return outcome;
    });
  }
}

function describeNotText(option: string, given: unknown): string {
  return `option "duplicates": "${option}" must give a string or undefined, got ${describe(given)}`;
}

/** Whether the record of an earlier copy may have ended while this delivery was on its way through the steps. */
function isTooLate({ ttlMs, freshMs }: DuplicateKey, { startedAt }: RequestState): boolean {
  return freshMs > 0 && ttlMs - (performance.now() - startedAt) < CLOCKS_MS;
}

/** The tenant as it stands in front of a key, so that a store can see whose records they are. */
function getTenant(scope: string): string {
  return sha256(`tenant ${scope}`, undefined).slice(0, 12);
}

// A store of the user may answer anything.
function isRefusal(outcome: unknown): boolean {
  return outcome === 'in-progress' || outcome === 'done';
}

function warnOfStore(reason: string): void {
  warnOnce('duplicate-store', `the store of the option "duplicates" failed: ${reason}`);
}
