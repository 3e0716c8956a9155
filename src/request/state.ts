import type { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import type { Refusal, WebhookError, WebhookErrorCode } from '../errors';
import type { DecisionNote, Webhook } from '../core/delivery';
import type { ParsedSignature, Verdict } from '../core/authenticate';
import type { EndpointNames } from '../core/endpoint';
import type { HeaderSource } from '../core/headers';
import type { Provider } from '../core/provider';
import { contextForSubscribers } from './channels';
import type { FailureLimit } from './failure-limits';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the one way to extend Express's request
  namespace Express {
    interface Request {
      /** Set by hooklatch once the delivery is verified. */
      webhook?: Webhook | undefined;
    }
  }
}

/** The hold on a delivery that is being handled, until the store knows how it ended. */
export interface Lease {
  /** Whether this is the hold on that key of that store. */
  holds: (store: object, key: string) => boolean;
  /** A handler has begun that says by its promise how it ends: from now on `settle` counts, and no answer. */
  follow: () => void;
  /** There is no handler that would say so: the answer counts again. */
  followAnswer: () => void;
  /**
   * The handler has begun and not ended: renews the lease until it is settled. `watchEnd` is called when a third of
   * it is over: from then on an answer settles it even if its client never reads. Does nothing the second time.
   */
  keep: (watchEnd?: () => void) => void;
  /** The handler has ended, well or not. */
  settle: (succeeded: boolean) => void;
  /** The deadline has passed: the handler goes on, and its end is said later by `settle`. */
  defer: () => void;
  /** The answer was handed over whole, with this status. */
  onAnswered: (status: number) => void;
  /** Calls when the store was told, or when that is deferred. */
  whenSettled: (listener: () => void) => void;
}

/** The guard or router that a request runs through, as its steps know it. */
export interface PipelineRun {
  /** Watches the response from now on. */
  watch: () => void;
  /** A handler has begun: the delivery ends when that does, whatever is answered meanwhile. */
  handlerBegan: () => void;
  /** The handler has ended well, or goes on behind its deadline. Its failure is what its step returns. */
  handlerEnded: () => void;
  /** A handler that went on behind its deadline has failed. */
  handlerFailedLate: (error: WebhookError) => void;
}

/** The part of a request state that is known when it begins. */
export interface RequestStart {
  /** Milliseconds of the option `clock` at arrival. */
  readonly now: number;
  /** The name of the configured provider; empty where a step is used alone that has none. */
  readonly provider: string;
  readonly refusal: Refusal;
  /** The mode `'report'`: a failed authentication is waived. */
  readonly report: boolean;
}

/** One request, as its steps know it while it passes through them. */
export interface RequestState extends RequestStart {
  readonly method: string;
  /** The headers. Read once: on Node 20 each look at a request of Express costs as much as all else that a step does. */
  readonly source: HeaderSource;
  /** Monotonic milliseconds at arrival. */
  readonly startedAt: number;
  parsedSignature: ParsedSignature | undefined;
  verdict: Verdict | undefined;
  /** A secret that was handed over by this request. */
  handedOver: string | undefined;
  rawBody: Buffer | undefined;
  /** The body is being read, and has just begun to come. */
  isReadingBody: boolean;
  /** The choice of the handler rested on the method, the path or an unsigned header. */
  unsignedRouting: boolean;
  /** The failed authentication that was waived. */
  waived: WebhookErrorCode | undefined;
  /** The tenant, as the look-up of the secret says. */
  scope: string;
  /** The names of the endpoint, as `nameEndpoint()` says them. */
  endpoints: EndpointNames;
  duplicate: boolean;
  /** The leases that this request holds in stores, through the guards that it has passed before as well. */
  readonly leases: Lease[];
  /** `undefined` where the steps are used alone: each then watches the response for itself. */
  run: PipelineRun | undefined;
  /**
   * Makes the end of the answer known as soon as it is called, whether or not the client reads. `undefined` while
   * nothing watches the response.
   */
  watchEnd: (() => void) | undefined;
  /** The limits of failed authentications; added to by `limitRate()`. */
  readonly limits: FailureLimit[];
  readonly notes: DecisionNote[];
  /** Why the payload does not fit its schema. */
  readonly issues: string[];
  /** The asynchronous context at arrival, where it is wanted. */
  readonly context: AsyncResource | undefined;
}

/** The part of a request that the steps need, of either version of Express. */
export interface WebhookRequest extends IncomingMessage {
  body?: unknown;
  rawBody?: unknown;
  webhook?: Webhook | undefined;
}

const NO_ENDPOINT: EndpointNames = [{ text: '', secret: undefined }];

// The provider of a step that has none.
const NO_PROVIDER = '';

/** Gives back the object that it is given, so that a class can add a private field to it. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- what `super()` returns is `this` below it
class ReturnsItsArgument {
  constructor(object: object) {
    return object;
  }
}

/**
 * The state of a request, in a private field that is added to the request: hidden from all other code, as in a
 * WeakMap, whose entries cost each garbage collection more than all steps together.
 */
class StateField extends ReturnsItsArgument {
  #state: RequestState;

  private constructor(req: IncomingMessage, state: RequestState) {
    super(req);
    this.#state = state;
  }

  static read(req: object): RequestState | undefined {
    return #state in req ? req.#state : undefined;
  }

  static write(req: IncomingMessage, state: RequestState): void {
    if (#state in req) req.#state = state;
    else new StateField(req, state);
  }
}

/** Begins the state of a request that enters a guard, or a step that is used alone. */
export function beginState(req: IncomingMessage, start: RequestStart): RequestState {
  // A `limitRate()` that is used alone, in front of a guard or of other steps, has left its limits and notes.
  const earlier = StateField.read(req);
  const { limits, notes } = earlier?.provider === NO_PROVIDER ? earlier : { limits: [], notes: [] };
  const state: RequestState = {
    now: start.now,
    provider: start.provider,
    refusal: start.refusal,
    report: start.report,
    // Node says it of every request that a server receives.
    method: String(req.method),
    source: { headers: req.headers, rawHeaders: req.rawHeaders },
    run: undefined,
    watchEnd: undefined,
    startedAt: performance.now(),
    parsedSignature: undefined,
    verdict: undefined,
    handedOver: undefined,
    rawBody: undefined,
    isReadingBody: false,
    unsignedRouting: false,
    waived: undefined,
    scope: '',
    endpoints: NO_ENDPOINT,
    duplicate: false,
    leases: earlier?.leases ?? [],
    limits,
    notes,
    issues: [],
    context: contextForSubscribers(),
  };
  StateField.write(req, state);
  return state;
}

/** The state for a step that knows its provider: begun where there is none yet, or one of a step without a provider. */
export function stateFor(
  req: IncomingMessage,
  { name, refusal }: Provider,
  clock: () => number,
): RequestState {
  const known = StateField.read(req);
  if (known !== undefined && known.provider !== NO_PROVIDER) return known;
  return beginState(req, { now: clock(), provider: name, refusal, report: false });
}

/** The state for a step that has no settings of its own for one. */
export function ensureState(req: IncomingMessage): RequestState {
  return (
    StateField.read(req) ??
    beginState(req, { now: Date.now(), provider: NO_PROVIDER, refusal: { status: 401 }, report: false })
  );
}

/** The state of a request; `undefined` where no step has seen it yet. */
export function findState(req: IncomingMessage): RequestState | undefined {
  return StateField.read(req);
}

/** Tells the store of everything that a request holds how its handler has ended. */
export function settleLeases({ leases }: RequestState, succeeded: boolean): void {
  for (const lease of leases) lease.settle(succeeded);
}

/** The verified webhook of a request. Throws where no guard has let the request through. */
export function getWebhook<Payload = unknown>(req: object): Webhook<Payload> {
  const { webhook } = req as { readonly webhook?: Webhook | undefined };
  if (webhook?.verified !== true) {
    throw new TypeError(
      'getWebhook(): this request was not verified; put webhookGuard() in front of the handler',
    );
  }
  // The type of the payload is what the caller says; nothing here checks it.
  return webhook as Webhook<Payload>;
}
