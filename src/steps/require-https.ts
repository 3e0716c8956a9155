import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { checkOptions, type OptionCheck } from '../options';
import { proxyForgotten } from '../request/client-address';
import { ignoresProxy, isDirectSocket, isForwarded, warnOfIgnoredProxy } from '../request/proxies';
import { makeRefusal } from '../request/state';

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

/** Refuses plain HTTP. Whether a request came by HTTPS is what Express says, by its `trust proxy`. */
export function requireHttps(options: RequireHttpsOptions = {}): RequestHandler {
  const { https = 'except-loopback' } = checkOptions('requireHttps()', options, { https: HTTPS });

  return function requireHttpsMiddleware(req: Request, _res: Response, next: NextFunction): void {
    if (https === false || (https === 'except-loopback' && isDirectLoopback(req)) || req.secure) {
      next();
      return;
    }
    warnOfIgnoredProxy(req);
    const isForgotten = https === 'except-loopback' && ignoresProxy(req);
    next(isForgotten ? proxyForgotten() : makeRefusal(req, 'ERR_WEBHOOK_HTTPS'));
  };
}

function isDirectLoopback(req: Request): boolean {
  return isDirectSocket(req) || (LOOPBACK.test(req.socket.remoteAddress ?? '') && !isForwarded(req));
}
