import type { RequestHandler } from 'express';
import {
  A_FUNCTION,
  A_TEXT,
  checkOptions,
  integerBetween,
  numberBetween,
  oneOf,
  type OptionCheck,
  type OptionChecks,
} from '../options';
import { chain, runWithTimeout, type Awaitable, type Outcome } from '../awaitable';
import {
  parseSignatureHeaders,
  getToleranceMs,
  type ParsedSignature,
  type Verdict,
} from '../core/authenticate';
import { makeAddressResolver } from '../core/address';
import { authenticateDelivery } from '../core/custom';
import { nameEndpoint } from '../core/endpoint';
import type { Coverage } from '../core/event-and-id';
import type { Provider } from '../core/provider';
import { newestAt, type PreparedSecret } from '../core/secrets';
import type { SecretOption } from '../core/secret-option';
import { A_SECRET, A_URL, TOLERANCE } from '../core/checks';
import { WebhookError, type WebhookErrorCode } from '../errors';
import { authenticateWithinLimits } from '../request/failure-limits';
import { makeRefusal, refuseCounted, refuseOrWaive } from '../request/refuse';
import { stateFor, type RequestState } from '../request/state';
import { attachUnparsed, attachWebhook, type Arrival } from '../request/attach-webhook';
import { A_PROVIDER, ALTERNATIVES, makeSchemes, readScheme, type Scheme } from '../request/scheme';
import type { FoundSecrets, SecretLookup } from '../request/secret-source';
import { asMiddleware, type Step, type StepResult } from '../request/step';
import { warnOnce } from '../request/warnings';

export interface VerifySignatureOptions {
  readonly provider: Provider;
  /**
   * One secret, several that are valid at once, or a function that finds them. Undefined or empty throws.
   */
  readonly secret: SecretOption | SecretLookup | undefined;
  /** Other schemes, used only where the signature header of `provider` is absent. */
  readonly also?:
    | readonly { readonly provider: Provider; readonly secret: SecretOption | SecretLookup | undefined }[]
    | undefined;
  /** Age in days from which the newest secret is reported. @default 90 */
  readonly maxSecretAgeDays?: number | undefined;
  /** How long a look-up of secrets may take. @default 5000 */
  readonly secretTimeoutMs?: number | undefined;
  /** The window on each side of now. @default the provider's */
  readonly toleranceSeconds?: number | undefined;
  /** The address as the sender knows it, or its origin alone; for schemes that sign the address. */
  readonly publicUrl?: string | undefined;
  /**
   * `'lazy'`: the payload is parsed when `webhook.payload` is first read, and `req.body` stays the raw bytes: for
   * handlers that only store or forward these. Reading what cannot be parsed throws `ERR_WEBHOOK_PAYLOAD` or
   * `ERR_WEBHOOK_CHARSET`, which the router answers with 400 or 415 when the handler lets it pass. A sender that names
   * its event in the body is parsed at once all the same. @default 'eager'
   */
  readonly parse?: 'eager' | 'lazy' | undefined;
  /**
   * A name of this endpoint, where the sender has several of yours: deliveries with one id, or one body, are copies only
   * at endpoints of one name. With a name `webhook.key` stays the same when the secret is replaced. Where one secret
   * serves several endpoints, only a name tells them apart. @default its secrets
   */
  readonly endpoint?: string | undefined;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: (() => number) | undefined;
}

/** The check of the option `parse`. */
export const PARSE: OptionCheck = oneOf('eager', 'lazy');

/** The checks of the options about secrets. */
export const SECRET_OPTIONS: OptionChecks = {
  secret: A_SECRET,
  maxSecretAgeDays: numberBetween(1, 36_500, 'days'),
  secretTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
};

const CHECKS: OptionChecks = {
  provider: A_PROVIDER,
  ...SECRET_OPTIONS,
  also: ALTERNATIVES,
  toleranceSeconds: TOLERANCE,
  publicUrl: A_URL,
  endpoint: A_TEXT,
  parse: PARSE,
  clock: A_FUNCTION,
};

const DAY_MS = 86_400_000;
const NOTHING_SIGNED: Coverage = { body: false, id: '' };

const LOOKUP_FAILED =
  'the look-up of the option "secret" threw, took longer than "secretTimeoutMs", or gave something that is no secret. ' +
  'Such deliveries are answered 503; the option "onDecision" gets what was thrown as its second argument';

/** The settings of a step, ready for requests. */
interface Settings {
  readonly main: Scheme;
  readonly others: readonly Scheme[];
  /** Makes the address as the sender knows it of that of a request. */
  readonly resolveAddress: (url: string) => string;
  readonly endpoint: string | undefined;
  readonly toleranceSeconds: number | undefined;
  readonly secretTimeoutMs: number;
  readonly maxAgeMs: number;
  readonly isLazy: boolean;
}

/**
 * Verifies the signature over the raw bytes in `req.body`, then sets `req.webhook`, and `req.body` to the parsed
 * payload. Needs `captureRawBody()` before it.
 */
export function verifySignature(options: VerifySignatureOptions): RequestHandler {
  const checked = checkOptions('verifySignature()', options, CHECKS);
  const { provider, clock = () => Date.now() } = checked;
  return asMiddleware(verifySignatureStep(checked), (req) => stateFor(req, provider, clock));
}

/** The step of `verifySignature()`, of options that were checked. */
export function verifySignatureStep(options: Omit<VerifySignatureOptions, 'clock'>): Step {
  const settings = readSettings(options);
  const { main, others, secretTimeoutMs } = settings;

  return function verifySignature(state, req) {
    const { body } = req as { readonly body?: unknown };
    if (!Buffer.isBuffer(body)) {
      warnOnce('no-raw-body', 'verifySignature() found no raw body: mount captureRawBody() before it');
      return makeRefusal(state, 'ERR_WEBHOOK_SETUP');
    }
    const { compiled, find } = readScheme(main, others, state.source);
    const arrival = { state, req, compiled, body };
    if (state.waived !== undefined) return passUnverified(arrival);
    // `checkHeaders()` has parsed them already, where it was made for the same providers.
    const parsedSignature =
      state.parsedSignature?.compiled === compiled
        ? state.parsedSignature
        : parseSignatureHeaders(compiled, state.source);
    if (typeof parsedSignature === 'string') {
      return chain(refuseOrWaive(state, parsedSignature), (refusal) => refusal ?? passUnverified(arrival));
    }
    state.parsedSignature = parsedSignature;
    if (find.known !== undefined) return verifyBody(settings, arrival, parsedSignature, find.known);
    return chain(
      runWithTimeout(() => find(req), secretTimeoutMs),
      (outcome) => {
        if (outcome.kind === 'value') return verifyBody(settings, arrival, parsedSignature, outcome.value);
        warnOnce('secret-lookup', LOOKUP_FAILED);
        return refuseSecret(state, outcome);
      },
    );
  };
}

function readSettings(options: Omit<VerifySignatureOptions, 'clock'>): Settings {
  const { publicUrl, endpoint, toleranceSeconds, secretTimeoutMs = 5000, maxSecretAgeDays = 90 } = options;
  const [main, ...others] = makeSchemes(options);
  return {
    main,
    others,
    resolveAddress: makeAddressResolver(publicUrl),
    endpoint,
    toleranceSeconds,
    secretTimeoutMs,
    maxAgeMs: maxSecretAgeDays * DAY_MS,
    isLazy: options.parse === 'lazy',
  };
}

/** Authenticates the body with every secret, then goes on with the webhook, or refuses. */
function verifyBody(
  settings: Settings,
  arrival: Arrival,
  parsedSignature: ParsedSignature,
  { secrets, scope }: FoundSecrets,
): Awaitable<StepResult> {
  const { state, req, compiled, body } = arrival;
  const { now, method } = state;
  const { headers, rawHeaders } = state.source;
  const url = compiled.readsQuery ? req.originalUrl : settings.resolveAddress(req.originalUrl);
  const delivery = { method, url, headers, rawHeaders, body };
  const toleranceMs = getToleranceMs(compiled, settings.toleranceSeconds);
  const authenticate = (): Awaitable<Verdict | WebhookErrorCode> =>
    authenticateDelivery(parsedSignature, secrets, delivery, { now, toleranceMs });
  const authenticating = runWithTimeout(
    () => authenticateWithinLimits(state, compiled.guessable, authenticate),
    settings.secretTimeoutMs,
  );
  return chain(authenticating, (outcome) => {
    if (outcome.kind !== 'value') return refuseSecret(state, outcome);
    const verdict = outcome.value;
    if (typeof verdict === 'string' || verdict instanceof WebhookError) {
      return refuseCounted(state, verdict) ?? passUnverified(arrival);
    }
    state.verdict = verdict;
    state.scope = scope;
    state.endpoints = nameEndpoint(settings.endpoint, secrets);
    reportAge(state, secrets, verdict.secret, settings.maxAgeMs);
    return passVerified(settings, arrival, verdict);
  });
}

/** Refuses where a look-up of secrets, or a function of a provider, has failed or takes too long. */
function refuseSecret(
  state: RequestState,
  outcome: Exclude<Outcome<unknown>, { readonly kind: 'value' }>,
): WebhookError {
  const cause = outcome.kind === 'thrown' ? outcome.thrown : undefined;
  return makeRefusal(state, 'ERR_WEBHOOK_SECRET', cause);
}

function reportAge(
  { notes, now }: RequestState,
  secrets: readonly PreparedSecret[],
  matched: PreparedSecret,
  maxAgeMs: number,
): void {
  const newest = newestAt(secrets, now);
  if (matched !== newest) notes.push('old-secret');
  if (now - newest.createdAt > maxAgeMs) notes.push('secret-age');
}

function passVerified({ isLazy }: Settings, arrival: Arrival, verdict: Verdict): StepResult {
  if (!isLazy || arrival.compiled.eventInBody) return attachWebhook(arrival, verdict, verdict.covers);
  attachUnparsed(arrival, verdict);
  return undefined;
}

/** Goes on in the mode `'report'`, after a failure that was waived. */
function passUnverified(arrival: Arrival): StepResult {
  return attachWebhook(arrival, undefined, NOTHING_SIGNED);
}
