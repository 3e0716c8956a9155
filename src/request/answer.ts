import { STATUS_CODES, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { WebhookError } from '../errors';
import { findState } from './state';

interface Answer {
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

const MAX_DRAIN_BYTES = 64 * 1024 ** 2;
const MAX_DRAIN_MS = 30_000;
const RETRY_AFTER_SECONDS = 5;

const answers = new Map<string, Answer>();

/**
 * Answers a refusal: status, headers and bytes depend on the status alone. What is left of an upload is read and
 * thrown away before the connection may end, because a sender in the middle of it would see a broken pipe instead.
 */
export function answerRefusal(req: IncomingMessage, res: ServerResponse, error: WebhookError): void {
  if (res.headersSent || res.writableEnded) {
    // Half an answer has gone out: cutting it short is the only way to say that it is not whole.
    if (!res.writableEnded) res.destroy();
    return;
  }
  const { headers, body } = answerFor(error, findState(req)?.refusal.empty === true);
  res.writeHead(error.status, headers);
  // Of a request that was destroyed, as by a client that has left, nothing more will come and nothing is said.
  if (req.complete || req.destroyed) {
    res.end(body);
    return;
  }
  res.write(body);
  // A body that has stalled already had its time.
  drainUpload(req, error.code === 'ERR_WEBHOOK_BODY_TIMEOUT' ? 0 : MAX_DRAIN_MS, () => res.end());
}

/** Answers with a text that came from the sender: never sniffed, never HTML. */
export function sendText(res: ServerResponse, status: number, text: string, type: string): void {
  if (status === 204) {
    res.writeHead(status);
    res.end();
    return;
  }
  const body = Buffer.from(text, 'utf8');
  res.writeHead(status, {
    'Content-Type': type,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  res.end(body);
}

/** Answers a handled delivery that the handler did not answer itself. */
export function acknowledge(res: ServerResponse, status: number, text = ''): void {
  if (res.headersSent || res.writableEnded) return;
  if (text !== '') {
    sendText(res, status, text, 'text/plain; charset=utf-8');
    return;
  }
  // Without `writeHead`, which is slow where Express has set headers before; Node adds the length of 0 by itself.
  res.statusCode = status;
  res.end();
}

function answerFor(
  { status, retryAfterSeconds = RETRY_AFTER_SECONDS }: WebhookError,
  empty: boolean,
): Answer {
  const name = `${status} ${retryAfterSeconds} ${empty}`;
  const known = answers.get(name);
  if (known !== undefined) return known;
  const text = empty ? '' : `${JSON.stringify({ error: STATUS_CODES[status] ?? 'Error' })}\n`;
  const body = Buffer.from(text);
  const headers: OutgoingHttpHeaders = {
    ...(empty ? {} : { 'Content-Type': 'application/json; charset=utf-8' }),
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  };
  if (status === 401) headers['WWW-Authenticate'] = 'Webhook';
  if (status === 409 || status === 429 || status === 503) headers['Retry-After'] = retryAfterSeconds;
  const answer = { headers, body };
  answers.set(name, answer);
  return answer;
}

function drainUpload(req: IncomingMessage, milliseconds: number, done: () => void): void {
  let left = MAX_DRAIN_BYTES;
  let over = false;
  const finish = (): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    done();
  };
  const count = (chunk: Buffer): void => {
    left -= chunk.length;
    if (left < 0) cut();
  };
  const cut = (): void => {
    req.off('data', count);
    finish();
    req.socket.destroySoon();
  };
  const timer = setTimeout(cut, milliseconds);
  timer.unref();
  req.on('data', count);
  req.once('end', finish);
  req.once('close', finish);
  req.once('error', finish);
  req.resume();
}
