import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { A_FUNCTION, checkOptions, type OptionChecks } from '../options';
import { isFresh, readClaims, toleranceOf } from '../core/authenticate';
import { planOf } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { TOLERANCE } from '../core/verify';
import { refuseGuess } from '../request/failure-limits';
import { exchangeWith, failAuthentication } from '../request/state';
import { A_PROVIDER, ALTERNATIVES, schemeOf } from '../request/scheme';

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
  const main = { plan: planOf(provider) };
  const others = also.map((scheme) => ({ plan: planOf(scheme.provider) }));

  return function checkHeadersMiddleware(req: Request, _res: Response, next: NextFunction): void {
    const exchange = exchangeWith(req, provider, clock);
    const { plan } = schemeOf(main, others, exchange.source);
    const tooMany = plan.guessable ? refuseGuess(exchange) : undefined;
    if (tooMany !== undefined) {
      next(tooMany);
      return;
    }
    const claims = readClaims(plan, exchange.source);
    if (typeof claims === 'string') {
      failAuthentication(req, exchange, claims, next);
      return;
    }
    exchange.claims = claims;
    const fresh = isFresh(claims.timestamp, exchange.now, toleranceOf(plan, toleranceSeconds));
    if (fresh) next();
    else failAuthentication(req, exchange, 'ERR_WEBHOOK_TIMESTAMP', next);
  };
}
