import type { RequestHandler } from 'express';
import { A_SIZE, checkOptions, integerBetween, oneOf, parseSize, type OptionChecks } from '../options';
import { chain, type Awaitable } from '../awaitable';
import { hasContentCoding } from '../core/content-coding';
import { inflate, isCompressed } from '../core/inflate';
import type { Provider } from '../core/provider';
import type { WebhookErrorCode } from '../errors';
import { readStream, type BodyResult } from '../request/body-stream';
import { describeConsumedBody } from '../request/consumed-body';
import { isStream, keptBody } from '../request/kept-body';
import { makeRefusal } from '../request/refuse';
import type { RequestState, WebhookRequest } from '../request/state';
import { asMiddleware, type Step, type StepResult } from '../request/step';
import { warnOnce } from '../request/warnings';

export interface CaptureRawBodyOptions {
  /** Largest body, in bytes or as `'1mb'`. @default '1mb' */
  readonly bodyLimit?: number | string | undefined;
  /** How long a body may take to arrive. @default 30000 */
  readonly bodyTimeoutMs?: number | undefined;
  /** Bodies compressed like this are inflated: `provider.compression` of the sender. @default none, which is refused */
  readonly compression?: Provider['compression'];
}

const CHECKS: OptionChecks = {
  bodyLimit: A_SIZE,
  bodyTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  compression: oneOf('gzip'),
};

const EMPTY = Buffer.alloc(0);

type CapturableRequest = WebhookRequest & { _body?: unknown };

/**
 * Reads the exact bytes of the body into `req.body`, or takes them where an earlier parser kept them. Refuses bodies
 * that are too large, encoded, or too slow.
 */
export function captureRawBody(options: CaptureRawBodyOptions = {}): RequestHandler {
  return asMiddleware(captureRawBodyStep(options));
}

/** The step of `captureRawBody()`. */
export function captureRawBodyStep(options: CaptureRawBodyOptions): Step {
  const checked = checkOptions('captureRawBody()', options, CHECKS);
  const { bodyLimit = '1mb', bodyTimeoutMs = 30_000, compression } = checked;
  const limit = Number(parseSize(bodyLimit)); // a number: A_SIZE accepts nothing else

  const inflateBody = (bytes: BodyResult): Awaitable<BodyResult> =>
    Buffer.isBuffer(bytes) && isCompressed({ compression }, bytes) ? inflate(bytes, limit) : bytes;

  return function captureRawBody(state, req) {
    const arrived = checkDeclared(req, limit, compression) ?? takeArrived(req, limit);
    if (arrived !== undefined) return chain(inflateBody(arrived), (body) => keepBody(state, req, body));
    state.isReadingBody = true;
    const onSlow = (): void => state.run?.watch();
    return readStream(req, { limit, timeoutMs: bodyTimeoutMs, onSlow }).then((bytes) => {
      state.isReadingBody = false;
      return chain(inflateBody(bytes), (body) => keepBody(state, req, body));
    });
  };
}

/** Checks what the headers say of the body, before a byte of it is read. */
function checkDeclared(
  { headers }: WebhookRequest,
  limit: number,
  compression: Provider['compression'],
): WebhookErrorCode | undefined {
  const { 'content-length': length, 'content-encoding': coding } = headers;
  if (length !== undefined && !(Number(length) <= limit)) return 'ERR_WEBHOOK_BODY_SIZE';
  return coding !== undefined && hasContentCoding(coding, compression) ? 'ERR_WEBHOOK_ENCODING' : undefined;
}

/** A body that something before us has read, or why it cannot be had; `undefined` where it is still to be read. */
function takeArrived(req: CapturableRequest, limit: number): BodyResult | undefined {
  const kept = keptBody(req);
  if (kept !== undefined) return kept.length > limit ? 'ERR_WEBHOOK_BODY_SIZE' : kept;
  // The sender left while something before us was waiting.
  if (req.readableAborted) return 'ERR_WEBHOOK_BODY_INCOMPLETE';
  if (!isStream(req) || req.readableDidRead) return 'ERR_WEBHOOK_SETUP';
  if (!hasLength(req)) return req.readable ? undefined : EMPTY;
  const isUntouched = req._body !== true && req.readable && req.readableEncoding === null;
  return isUntouched ? undefined : 'ERR_WEBHOOK_SETUP';
}

/** Whether a length, or chunks, say that there is a body. HTTP/2 and some relays send bodies without either. */
function hasLength({ headers }: WebhookRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': transfer } = headers;
  return transfer !== undefined || (length !== undefined && Number(length) > 0);
}

/** Puts the bytes into `req.body`, with the mark by which body-parser 1 knows that a body was read; or refuses. */
function keepBody(state: RequestState, req: CapturableRequest, result: BodyResult): StepResult {
  if (typeof result === 'string') {
    if (result === 'ERR_WEBHOOK_SETUP') warnOnce('body-consumed', describeConsumedBody(req));
    return makeRefusal(state, result);
  }
  req._body = true;
  req.body = result;
  state.rawBody = result;
  return undefined;
}
