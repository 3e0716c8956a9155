import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { A_FUNCTION, checkOptions, type OptionChecks } from '../options';
import { parseSignatureHeaders, getToleranceMs } from '../core/authenticate';
import { isFresh } from '../core/timestamp';
import { getCompiled } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { TOLERANCE } from '../core/checks';
import { refuseGuess } from '../request/failure-limits';
import { stateFor, refuseOrWaive } from '../request/state';
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
  const { provider, also = [], toleranceSeconds, clock = () => Date.now() } = checked;
  const main = { plan: getCompiled(provider) };
  const others = also.map((scheme) => ({ plan: getCompiled(scheme.provider) }));

  return function checkHeadersMiddleware(req: Request, _res: Response, next: NextFunction): void {
    const state = stateFor(req, provider, clock);
    const { plan: compiled } = readScheme(main, others, state.source);
    const tooMany = compiled.guessable ? refuseGuess(state) : undefined;
    if (tooMany !== undefined) {
      next(tooMany);
      return;
    }
    const parsedSignature = parseSignatureHeaders(compiled, state.source);
    if (typeof parsedSignature === 'string') {
      refuseOrWaive(req, state, parsedSignature, next);
      return;
    }
    state.parsedSignature = parsedSignature;
    const fresh = isFresh(parsedSignature.timestamp, state.now, getToleranceMs(compiled, toleranceSeconds));
    if (fresh) next();
    else refuseOrWaive(req, state, 'ERR_WEBHOOK_TIMESTAMP', next);
  };
}
