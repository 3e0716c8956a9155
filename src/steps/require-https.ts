import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { WebhookError } from '../errors';
import { checkOptions, type OptionCheck } from '../options';
import { refusalOf } from '../request/state';
import { isForwarded, trustsNobody, warnOfIgnoredProxy } from '../request/proxies';

export interface RequireHttpsOptions {
  /** `'except-loopback'` lets a direct connection on the same machine pass. @default 'except-loopback' */
  readonly https?: boolean | 'except-loopback' | undefined;
}

/** The check of the option `https`. */
export const HTTPS: OptionCheck = {
  accepts: (value) => typeof value === 'boolean' || value === 'except-loopback',
  expects: "true, false or 'except-loopback'",
};

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;
const SERVICE_UNAVAILABLE = 503;

/** Refuses plain HTTP. Whether a request came by HTTPS is what Express says, by its `trust proxy`. */
export function requireHttps(options: RequireHttpsOptions = {}): RequestHandler {
  const { https = 'except-loopback' } = checkOptions('requireHttps()', options, { https: HTTPS });

  return function requireHttpsMiddleware(req: Request, _res: Response, next: NextFunction): void {
    if (https === false || (https === 'except-loopback' && isDirectLoopback(req)) || req.secure) {
      next();
      return;
    }
    warnOfIgnoredProxy(req);
    // A proxy was forgotten: the sender shall try again when that is mended.
    if (https === 'except-loopback' && isForwarded(req) && trustsNobody(req)) {
      next(new WebhookError('ERR_WEBHOOK_SETUP', SERVICE_UNAVAILABLE));
      return;
    }
    next(refusalOf(req, 'ERR_WEBHOOK_HTTPS'));
  };
}

function isDirectLoopback(req: Request): boolean {
  return LOOPBACK.test(req.socket.remoteAddress ?? '') && !isForwarded(req);
}
