import type { Request, RequestHandler } from 'express';
import { checkOptions, type OptionCheck } from '../options';
import { proxyForgotten } from '../request/client-address';
import { ignoresProxy, isDirectSocket, isForwarded, warnOfIgnoredProxy } from '../request/proxies';
import { makeRefusal } from '../request/refuse';
import { asMiddleware, type Step } from '../request/step';

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
  return asMiddleware(requireHttpsStep(options));
}

/** The step of `requireHttps()`. */
export function requireHttpsStep(options: RequireHttpsOptions): Step {
  const { https = 'except-loopback' } = checkOptions('requireHttps()', options, { https: HTTPS });

  return function requireHttps(state, req) {
    if (https === false || (https === 'except-loopback' && isDirectLoopback(req)) || req.secure) {
      return undefined;
    }
    warnOfIgnoredProxy(req);
    const isForgotten = https === 'except-loopback' && ignoresProxy(req);
    return isForgotten ? proxyForgotten() : makeRefusal(state, 'ERR_WEBHOOK_HTTPS');
  };
}

function isDirectLoopback(req: Request): boolean {
  return isDirectSocket(req) || (LOOPBACK.test(req.socket.remoteAddress ?? '') && !isForwarded(req));
}
