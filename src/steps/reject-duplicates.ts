import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { chain, runWithTimeout, type Awaitable, type Outcome } from '../awaitable';
import { TOLERANCE } from '../core/checks';
import type { Webhook } from '../core/delivery';
import { againKey, type DuplicateKey } from '../duplicates/duplicate-key';
import { claimKeys, HeldLease, releaseKeys, STORE_DEADLINE_MS, type LeaseTerms } from '../duplicates/lease';
import { describeNotText, isTooLate, listKeys, type KeySettings } from '../duplicates/list-keys';
import { memoryStore } from '../duplicates/memory-store';
import type { ClaimState, DuplicateStore } from '../duplicates/store';
import type { WebhookError } from '../errors';
import {
  A_FUNCTION,
  AN_OBJECT,
  checkOptions,
  describeThrown,
  integerBetween,
  type OptionChecks,
} from '../options';
import { acknowledge as answerAcknowledge } from '../request/answer';
import { isRefused } from '../request/handler-end';
import { onResponseEnd } from '../request/response-end';
import { makeRefusal, refuseWithoutWebhook } from '../request/refuse';
import type { RequestState } from '../request/state';
import { asMiddleware, type Step, type StepResult } from '../request/step';
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

const STORE_METHODS = ['claim', 'complete', 'release', 'renew'] as const;

/** The checks of the option `duplicates`. */
const DUPLICATES: OptionChecks = {
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

// A delivery is found fresh when its headers arrive, and claimed when its body has been read and verified. A record
// outlives the window by a minute: 40 seconds for this, by the usual options, and 20 for clocks that differ.
const USUAL_DELAY_MS = 40_000;

// No owner of another process is like one of ours.
const PROCESS = randomBytes(9).toString('base64url');
let owners = 0;

/** The settings of a step, ready for requests. */
interface Settings extends KeySettings {
  readonly store: DuplicateStore;
  readonly leaseMs: number;
  readonly handlerTimeoutMs: number;
  readonly handleAgain: DuplicatesOptions['handleAgain'];
  readonly acknowledge: number | undefined;
}

/** A verified delivery that is to be handled. */
interface Arrival {
  readonly state: RequestState;
  readonly req: Request;
  readonly res: Response;
  readonly webhook: Webhook;
  /** It was handled before, and `handleAgain` wants it once more. */
  readonly isAgain: boolean;
}

/**
 * Handles every delivery once: the first is claimed and handled, a copy is acknowledged or, while the first is being
 * handled, put off with 409. A failure gives it back, so that the sender's next try is welcome. Needs
 * `verifySignature()` before it.
 */
export function rejectDuplicates(options: RejectDuplicatesOptions = {}): RequestHandler {
  return asMiddleware(rejectDuplicatesStep(options));
}

/** The step of `rejectDuplicates()`. */
export function rejectDuplicatesStep(options: RejectDuplicatesOptions): Step {
  const settings = readSettings(checkOptions('rejectDuplicates()', options, CHECKS));

  return function rejectDuplicates(state, req, res) {
    const { verdict, waived } = state;
    const { webhook } = req;
    if (waived !== undefined) return undefined;
    // Of a webhook that something else has verified, the signed content is not known: every copy would be handled.
    if (webhook === undefined || verdict === undefined) {
      return refuseWithoutWebhook(state, 'rejectDuplicates()');
    }
    const all = listKeys(settings, webhook, verdict, state);
    const keys = all.filter(({ key }) => !isHeld(state, settings.store, key));
    if (keys.length === 0) return undefined;
    if (keys.some((key) => isTooLate(key, state))) return makeRefusal(state, 'ERR_WEBHOOK_TIMESTAMP');
    return claimOrAnswer(settings, keys, { state, req, res, webhook, isAgain: false });
  };
}

function readSettings(checked: RejectDuplicatesOptions): Settings {
  const { store = memoryStore(), leaseMs = 30_000, ttlMs, key, toleranceSeconds } = checked;
  const { handleAgain, acknowledge, handlerTimeoutMs = 25_000 } = checked;
  const { bodyTimeoutMs = 30_000, secretTimeoutMs = 5000 } = checked;
  // Secrets are looked up, and then tried.
  const delayMs = Math.max(0, bodyTimeoutMs + 2 * secretTimeoutMs - USUAL_DELAY_MS);
  const forKeys = { ttlMs, makeOwnKey: key, toleranceSeconds, delayMs };
  return { ...forKeys, store, leaseMs, handleAgain, acknowledge, handlerTimeoutMs };
}

/** Claims the keys of a delivery: a first one goes on to its handler, a copy is answered. */
function claimOrAnswer(
  settings: Settings,
  keys: readonly DuplicateKey[],
  arrival: Arrival,
): Awaitable<StepResult> {
  const { store, leaseMs, handlerTimeoutMs, handleAgain } = settings;
  const { state, isAgain } = arrival;
  owners += 1;
  const owner = `${PROCESS}-${owners}`;
  const terms = { store, keys, owner, leaseMs, handlerTimeoutMs, notes: state.notes };
  return chain(
    runWithTimeout(() => claimKeys(terms), STORE_DEADLINE_MS),
    (outcome) => {
      if (outcome.kind !== 'value') return refuseForStore(state, terms, outcome);
      if (outcome.value === 'claimed') return holdLease(arrival, terms);
      if (outcome.value === 'done' && !isAgain && handleAgain !== undefined) {
        return claimAgain(settings, keys, arrival, handleAgain);
      }
      return answerCopy(settings, outcome.value, arrival);
    },
  );
}

function refuseForStore(
  state: RequestState,
  terms: LeaseTerms,
  outcome: Exclude<Outcome<ClaimState>, { readonly kind: 'value' }>,
): WebhookError {
  if (outcome.kind === 'thrown') {
    warnOfStore(describeThrown(outcome.thrown));
    releaseKeys(terms);
  } else {
    warnOfStore('it took too long');
    // The sender was told to come again: a claim that arrives now would only stand in its way.
    void outcome.late.then(() => releaseKeys(terms));
  }
  return makeRefusal(state, 'ERR_WEBHOOK_STORE');
}

/** Lets a claimed delivery go on, with a lease that ends as its handler does. */
function holdLease({ state, res, isAgain }: Arrival, terms: LeaseTerms): StepResult {
  if (isAgain) state.notes.push('again');
  // Something else has answered before, and told the sender to come again.
  if (isRefused(res)) {
    releaseKeys(terms);
    return 'answered';
  }
  state.leases.push(new HeldLease(terms));
  // A pipeline watches the response for all of its steps, and only where it is still open when they have ended.
  if (state.run === undefined) {
    state.watchEnd ??= onResponseEnd(res, {
      answered: (status) => {
        for (const lease of state.leases) lease.onAnswered(status);
      },
    });
  }
  return undefined;
}

/** Asks whether a copy is wanted; each reason has a key of its own, so it lets in one copy. */
function claimAgain(
  settings: Settings,
  keys: readonly DuplicateKey[],
  arrival: Arrival,
  ask: NonNullable<DuplicatesOptions['handleAgain']>,
): Awaitable<StepResult> {
  const reason: unknown = ask(arrival.webhook, arrival.req);
  if (reason === undefined || reason === '') return answerCopy(settings, 'done', arrival);
  // A promise, say, would let in every copy once.
  if (typeof reason !== 'string') throw new TypeError(describeNotText('handleAgain', reason));
  const others = keys.map((known) => ({ ...known, key: againKey(known.key, reason) }));
  const open = others.filter(({ key }) => !isHeld(arrival.state, settings.store, key));
  // Another guard of this store has asked before, and handles it again.
  if (open.length === 0) return undefined;
  return claimOrAnswer(settings, open, { ...arrival, isAgain: true });
}

function answerCopy({ acknowledge }: Settings, claim: ClaimState, { state, res }: Arrival): StepResult {
  state.duplicate = true;
  if (claim !== 'done') return makeRefusal(state, 'ERR_WEBHOOK_IN_PROGRESS');
  const { status = 200, text } = state.verdict?.parsedSignature.compiled.provider.acknowledge ?? {};
  answerAcknowledge(res, acknowledge ?? status, text);
  return 'answered';
}

/** Whether another guard has claimed the key for this request, which must not compete with itself. */
function isHeld({ leases }: RequestState, store: DuplicateStore, key: string): boolean {
  return leases.some((lease) => lease.holds(store, key));
}

function warnOfStore(reason: string): void {
  warnOnce('duplicate-store', `the store of the option "duplicates" failed: ${reason}`);
}
