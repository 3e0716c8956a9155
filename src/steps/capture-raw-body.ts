import { raw } from 'body-parser';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { A_SIZE, checkOptions, integerBetween, parseSize, type OptionChecks } from '../options';
import type { WebhookErrorCode } from '../errors';
import { describeConsumedBody } from '../request/consumed-body';
import { isStream, keptBody } from '../request/kept-body';
import { exchangeOf, refusalOf, type WebhookRequest } from '../request/state';
import { warnOnce } from '../request/warnings';

export interface CaptureRawBodyOptions {
  /** Largest body, in bytes or as `'1mb'`. @default '1mb' */
  readonly bodyLimit?: number | string | undefined;
  /** How long a body may take to arrive. @default 30000 */
  readonly bodyTimeoutMs?: number | undefined;
}

const CHECKS: OptionChecks = {
  bodyLimit: A_SIZE,
  bodyTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
};

const EMPTY = Buffer.alloc(0);

/**
 * Reads the exact bytes of the body into `req.body`, or takes them where an earlier parser kept them. Refuses bodies
 * that are too large, encoded, or too slow.
 */
export function captureRawBody(options: CaptureRawBodyOptions = {}): RequestHandler {
  const checked = checkOptions('captureRawBody()', options, CHECKS);
  const { bodyLimit = '1mb', bodyTimeoutMs = 30_000 } = checked;
  const limit = Number(parseSize(bodyLimit)); // a number: A_SIZE accepts nothing else
  const parse = raw({ type: () => true, inflate: false, limit }) as RequestHandler;

  return function captureRawBodyMiddleware(req: Request, res: Response, next: NextFunction): void {
    const code = checkDeclared(req, limit);
    if (code !== undefined) {
      next(refusalOf(req, code));
      return;
    }
    const kept = keptBody(req);
    if (kept !== undefined) {
      if (kept.length > limit) next(refusalOf(req, 'ERR_WEBHOOK_BODY_SIZE'));
      else {
        // The mark of body-parser 1, which it makes itself where it reads: a parser that is mounted later stays away.
        (req as { _body?: unknown })._body = true;
        keep(req, kept, next);
      }
      return;
    }
    // The sender left while something before us was waiting.
    if (req.readableAborted) {
      next(refusalOf(req, 'ERR_WEBHOOK_BODY_INCOMPLETE'));
      return;
    }
    if (isConsumed(req)) {
      warnOnce('body-consumed', describeConsumedBody(req));
      next(refusalOf(req, 'ERR_WEBHOOK_SETUP'));
      return;
    }
    readBody(req, res, parse, limit, bodyTimeoutMs, next);
  };
}

/** What the headers say of the body: known before a byte of it is read. */
function checkDeclared(req: WebhookRequest, limit: number): WebhookErrorCode | undefined {
  const { 'content-length': length, 'content-encoding': encoding = '' } = req.headers;
  if (length !== undefined && !(Number(length) <= limit)) return 'ERR_WEBHOOK_BODY_SIZE';
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') return 'ERR_WEBHOOK_ENCODING';
  return undefined;
}

function isConsumed(req: WebhookRequest & { readonly _body?: unknown }): boolean {
  if (!isStream(req)) return true;
  const { 'content-length': length, 'transfer-encoding': transfer } = req.headers;
  if (transfer === undefined && (length === undefined || Number(length) === 0)) return false;
  return req._body === true || req.readableDidRead || !req.readable || req.readableEncoding !== null;
}

function keep(req: WebhookRequest, bytes: Buffer, next: NextFunction): void {
  req.body = bytes;
  const exchange = exchangeOf(req);
  if (exchange !== undefined) exchange.rawBody = bytes;
  next();
}

// body-parser itself reports a body that is too large or late only when the upload has ended.
function readBody(
  req: Request,
  res: Response,
  parse: RequestHandler,
  limit: number,
  timeoutMs: number,
  next: NextFunction,
): void {
  let over = false;
  let received = 0;
  const settle = (code: WebhookErrorCode | undefined): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    if (code !== undefined) next(refusalOf(req, code));
    else keep(req, Buffer.isBuffer(req.body) ? req.body : EMPTY, next);
  };
  const count = (chunk: Buffer): void => {
    received += chunk.length;
    if (received > limit) settle('ERR_WEBHOOK_BODY_SIZE');
  };
  // A small body comes with its headers, and is here before the next tick: that saves most requests a timer.
  let timer: NodeJS.Timeout | undefined;
  process.nextTick(() => {
    if (over || req.complete) return;
    timer = setTimeout(() => settle('ERR_WEBHOOK_BODY_TIMEOUT'), timeoutMs);
    timer.unref();
  });
  // Node itself holds a body to its Content-Length.
  if (req.headers['content-length'] === undefined) req.on('data', count);
  void parse(req, res, (error?: unknown) => settle(error === undefined ? undefined : codeOf(error)));
}

// Every other failure of the reading means that the body did not arrive whole.
function codeOf(error: unknown): WebhookErrorCode {
  const isTooLarge = (error as { readonly type?: unknown }).type === 'entity.too.large';
  return isTooLarge ? 'ERR_WEBHOOK_BODY_SIZE' : 'ERR_WEBHOOK_BODY_INCOMPLETE';
}
