import type { RequestHandler } from 'express';
import { A_FUNCTION, checkOptions, type OptionChecks } from '../options';
import { parseSignatureHeaders, getToleranceMs } from '../core/authenticate';
import { isFresh } from '../core/timestamp';
import { getCompiled } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { TOLERANCE } from '../core/checks';
import { refuseGuess } from '../request/failure-limits';
import { refuseOrWaive } from '../request/refuse';
import { stateFor } from '../request/state';
import { asMiddleware, type Step } from '../request/step';
import { A_PROVIDER, ALTERNATIVES, readScheme } from '../request/scheme';

export interface CheckHeadersOptions {
  readonly provider: Provider;
  /** Providers that count only where the signature header of `provider` is absent. */
  readonly also?: readonly { readonly provider: Provider }[] | undefined;
  /** The window on each side of now. @default the provider's */
  readonly toleranceSeconds?: number | undefined;
  /** Milliseconds since 1970. @default Date.now */
  readonly clock?: (() => number) | undefined;
}

const CHECKS: OptionChecks = {
  provider: A_PROVIDER,
  also: ALTERNATIVES,
  toleranceSeconds: TOLERANCE,
  clock: A_FUNCTION,
};

/** Checks the syntax of the signature headers and the timestamp, before the body is read. */
export function checkHeaders(options: CheckHeadersOptions): RequestHandler {
  const checked = checkOptions('checkHeaders()', options, CHECKS);
  const { provider, clock = () => Date.now() } = checked;
  return asMiddleware(checkHeadersStep(checked), (req) => stateFor(req, provider, clock));
}

/** The step of `checkHeaders()`, of options that were checked. */
export function checkHeadersStep(options: Omit<CheckHeadersOptions, 'clock'>): Step {
  const { provider, also = [], toleranceSeconds } = options;
  const main = { compiled: getCompiled(provider) };
  const others = also.map((scheme) => ({ compiled: getCompiled(scheme.provider) }));

  return function checkHeaders(state) {
    const { compiled } = readScheme(main, others, state.source);
    const tooMany = compiled.guessable ? refuseGuess(state) : undefined;
    if (tooMany !== undefined) return tooMany;
    const parsedSignature = parseSignatureHeaders(compiled, state.source);
    if (typeof parsedSignature === 'string') return refuseOrWaive(state, parsedSignature);
    state.parsedSignature = parsedSignature;
    const toleranceMs = getToleranceMs(compiled, toleranceSeconds);
    return isFresh(parsedSignature.timestamp, state.now, toleranceMs)
      ? undefined
      : refuseOrWaive(state, 'ERR_WEBHOOK_TIMESTAMP');
  };
}
