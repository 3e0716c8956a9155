import type { NextFunction, Request, RequestHandler, Response } from 'express';
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
import { runWithTimeout, type Awaitable } from '../awaitable';
import {
  parseSignatureHeaders,
  getToleranceMs,
  type ParsedSignature,
  type Verdict,
} from '../core/authenticate';
import { authenticateDelivery } from '../core/custom';
import { nameEndpoint } from '../core/endpoint';
import { readEventAndId, type Coverage } from '../core/event-and-id';
import {
  makeLazyWebhook,
  makeUnverifiedWebhook,
  makeWebhook,
  readPayload,
  type Received,
} from '../core/make-webhook';
import { getCompiled, type CompiledProvider } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { makeAddressResolver } from '../core/address';
import { newestAt, type PreparedSecret } from '../core/secrets';
import type { SecretOption } from '../core/secret-option';
import { A_SECRET, A_URL, describeMissingUrl, TOLERANCE } from '../core/checks';
import { WebhookError, type WebhookErrorCode } from '../errors';
import { authenticateWithinLimits } from '../request/failure-limits';
import { stateFor, refuseOrWaive, makeRefusal, refuseCounted, type RequestState } from '../request/state';
import { A_PROVIDER, ALTERNATIVES, readScheme } from '../request/scheme';
import {
  makeSecretSource,
  type FoundSecrets,
  type SecretLookup,
  type SecretSource,
} from '../request/secret-source';
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

const ALSO_CHECKS: OptionChecks = { provider: A_PROVIDER, secret: A_SECRET };
const DAY_MS = 86_400_000;
const NOTHING_SIGNED: Coverage = { body: false, id: '' };

const LOOKUP_FAILED =
  'the look-up of the option "secret" threw, took longer than "secretTimeoutMs", or gave something that is no secret. ' +
  'Such deliveries are answered 503; the option "onDecision" gets what was thrown as its second argument';

/** A provider made ready, and where its secrets come from. */
interface Scheme {
  readonly plan: CompiledProvider;
  readonly find: SecretSource;
}

/**
 * Verifies the signature over the raw bytes in `req.body`, then sets `req.webhook`, and `req.body` to the parsed
 * payload. Needs `captureRawBody()` before it.
 */
export function verifySignature(options: VerifySignatureOptions): RequestHandler {
  const checked = checkOptions('verifySignature()', options, CHECKS);
  const { provider, toleranceSeconds, publicUrl, clock = () => Date.now(), secretTimeoutMs = 5000 } = checked;
  const lazy = checked.parse === 'lazy';
  const maxAgeMs = (checked.maxSecretAgeDays ?? 90) * DAY_MS;
  const [main, ...others] = makeSchemes(checked);
  const resolveAddress = makeAddressResolver(publicUrl);

  return function verifySignatureMiddleware(req: Request, _res: Response, next: NextFunction): void {
    const state = stateFor(req, provider, clock);
    const { body } = req as { readonly body?: unknown };
    if (!Buffer.isBuffer(body)) {
      warnOnce('no-raw-body', 'verifySignature() found no raw body: mount captureRawBody() before it');
      next(makeRefusal(req, 'ERR_WEBHOOK_SETUP'));
      return;
    }
    const { plan: compiled, find } = readScheme(main, others, state.source);
    if (state.waived !== undefined) {
      passUnverified(req, state, compiled, body, next);
      return;
    }
    // What `checkHeaders()` found, where it was made for the same providers.
    const parsedSignature =
      state.parsedSignature?.compiled === compiled
        ? state.parsedSignature
        : parseSignatureHeaders(compiled, state.source);
    if (typeof parsedSignature === 'string') {
      refuseOrWaive(req, state, parsedSignature, passOn(req, state, compiled, body, next));
      return;
    }
    state.parsedSignature = parsedSignature;
    const refuseUnknown = (thrown?: unknown): void => {
      warnOnce('secret-lookup', LOOKUP_FAILED);
      next(makeRefusal(req, 'ERR_WEBHOOK_SECRET', thrown));
    };
    runWithTimeout(() => find(req), secretTimeoutMs, {
      succeed: (found) => verifyBody(req, state, parsedSignature, found, body, next),
      fail: refuseUnknown,
      expire: refuseUnknown,
    });
  };

  function verifyBody(
    req: Request,
    state: RequestState,
    parsedSignature: ParsedSignature,
    { secrets, scope }: FoundSecrets,
    body: Buffer,
    next: NextFunction,
  ): void {
    const { compiled } = parsedSignature;
    const { now, method } = state;
    const { headers, rawHeaders } = state.source;
    const delivery = { method, url: resolveAddress(req.originalUrl), headers, rawHeaders, body };
    const toleranceMs = getToleranceMs(compiled, toleranceSeconds);
    const judge = (): Awaitable<Verdict | WebhookErrorCode> =>
      authenticateDelivery(parsedSignature, secrets, delivery, now, toleranceMs);
    runWithTimeout(() => authenticateWithinLimits(state, compiled.guessable, judge), secretTimeoutMs, {
      succeed: (verdict) => {
        if (typeof verdict === 'string' || verdict instanceof WebhookError) {
          refuseCounted(req, state, verdict, passOn(req, state, compiled, body, next));
          return;
        }
        state.verdict = verdict;
        state.scope = scope;
        state.endpoints = nameEndpoint(checked.endpoint, secrets);
        reportAge(state, secrets, verdict.secret);
        if (lazy && !compiled.eventInBody) {
          attachUnparsed(req, state, verdict, body);
          next();
          return;
        }
        const code = attach(req, state, compiled, body, verdict.covers);
        next(code === undefined ? undefined : makeRefusal(req, code));
      },
      fail: (thrown) => next(makeRefusal(req, 'ERR_WEBHOOK_SECRET', thrown)),
      expire: () => next(makeRefusal(req, 'ERR_WEBHOOK_SECRET')),
    });
  }

  function reportAge(
    { notes, now }: RequestState,
    secrets: readonly PreparedSecret[],
    matched: PreparedSecret,
  ): void {
    const newest = newestAt(secrets, now);
    if (matched !== newest) notes.push('old-secret');
    if (now - newest.createdAt > maxAgeMs) notes.push('secret-age');
  }

  /** Goes on after a failure: with its refusal, or in the mode `'report'` with the webhook unverified. */
  function passOn(
    req: Request,
    state: RequestState,
    compiled: CompiledProvider,
    body: Buffer,
    next: NextFunction,
  ): NextFunction {
    return (refusal) => {
      if (refusal === undefined) passUnverified(req, state, compiled, body, next);
      else next(refusal);
    };
  }

  function passUnverified(
    req: Request,
    state: RequestState,
    compiled: CompiledProvider,
    body: Buffer,
    next: NextFunction,
  ): void {
    const code = attach(req, state, compiled, body, NOTHING_SIGNED);
    next(code === undefined ? undefined : makeRefusal(req, code));
  }
}

/** Parses the payload and puts the webhook on the request. */
function attach(
  req: Request,
  state: RequestState,
  compiled: CompiledProvider,
  body: Buffer,
  signed: Coverage,
): WebhookErrorCode | undefined {
  const { verdict, method, source } = state;
  const { payload, code } = readPayload(compiled, source, body);
  if (payload === undefined) return code;
  const eventAndId = readEventAndId(compiled, source, payload, signed);
  const webhook =
    verdict === undefined
      ? makeUnverifiedWebhook(compiled, { method, rawBody: body }, payload, eventAndId)
      : makeWebhook(verdict, receivedBy(state, body), payload, eventAndId);
  state.unsignedRouting = !webhook.trusted.event;
  req.webhook = webhook;
  req.body = webhook.payload;
  return eventAndId.disagree ? 'ERR_WEBHOOK_EVENT' : undefined;
}

/** Puts the webhook on the request before its payload is parsed, which is all of the work that a raw body needs. */
function attachUnparsed(req: Request, state: RequestState, verdict: Verdict, body: Buffer): void {
  const webhook = makeLazyWebhook(verdict, receivedBy(state, body));
  state.unsignedRouting = !webhook.trusted.event;
  req.webhook = webhook;
}

function receivedBy({ source, method, scope, endpoints }: RequestState, rawBody: Buffer): Received {
  const [endpoint] = endpoints;
  return { source, method, rawBody, scope, endpoint };
}

function makeSchemes(options: VerifySignatureOptions): readonly [Scheme, ...Scheme[]] {
  const { provider, secret, also = [], publicUrl } = options;
  const main = makeScheme({ provider, secret }, publicUrl);
  const others = also.map((scheme) => makeScheme(scheme, publicUrl));
  const plans = [main, ...others].map(({ plan: compiled }) => compiled);
  const double = plans.find((compiled, index) => plans.indexOf(compiled) !== index);
  if (double !== undefined) {
    throw new TypeError(
      `option "also" has ${double.provider.name} twice: give several secrets as a list in "secret"`,
    );
  }
  return [main, ...others];
}

function makeScheme(
  options: Pick<VerifySignatureOptions, 'provider' | 'secret'>,
  publicUrl: string | undefined,
): Scheme {
  const { provider, secret } = checkOptions('option "also"', options, ALSO_CHECKS);
  const compiled = getCompiled(provider);
  if (compiled.coversUrl && publicUrl === undefined) throw new TypeError(describeMissingUrl(provider));
  return { plan: compiled, find: makeSecretSource(provider, secret) };
}
