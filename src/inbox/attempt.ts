import { isPayloadError } from '../core/make-webhook';
import type { Webhook } from '../core/delivery';
import { runWithTimeout } from '../awaitable';
import { describeThrown } from '../options';
import type { WebhookErrorCode } from '../errors';
import { beginSpan, type AttemptSpan } from './attempt-span';
import type { InboxDelivery, InboxHandler } from './inbox';

/** Thrown by a handler of an inbox: no further attempt is made, and the delivery is dead. */
export class PermanentError extends Error {
  /** Why, where hooklatch itself says so. */
  readonly code: WebhookErrorCode;

  constructor(message?: string, options: { cause?: unknown; code?: WebhookErrorCode } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = options.code ?? 'ERR_WEBHOOK_HANDLER';
  }

  static {
    this.prototype.name = 'PermanentError';
  }
}

/** How one call of a handler has ended. */
export interface AttemptEnd {
  readonly state: 'done' | 'failed' | 'dead';
  readonly code: WebhookErrorCode | null;
  readonly error: string | null;
  readonly thrown: unknown;
  /** The delay that the error asks for. */
  readonly retryAfterMs: number | undefined;
}

/** One delivery and its handler. */
export interface AttemptTask {
  readonly handle: InboxHandler;
  readonly webhook: Webhook;
  readonly delivery: InboxDelivery;
  readonly timeoutMs: number;
  readonly controller: AbortController;
  /** `meta.traceparent`. */
  readonly traceparent?: string | undefined;
}

const MAX_ERROR = 500;
const LONGEST_DELAY_MS = 366 * 86_400_000;

/** Calls a handler once. After the deadline its end changes nothing. */
export async function runAttempt(task: AttemptTask): Promise<AttemptEnd> {
  const { webhook, delivery, traceparent } = task;
  const { route, attempt } = delivery;
  const span = beginSpan({ route, provider: webhook.provider, attempt, traceparent });
  const end = await callHandler(task, span);
  span.end(end.state, end.code);
  return end;
}

async function callHandler(task: AttemptTask, span: AttemptSpan): Promise<AttemptEnd> {
  const { handle, webhook, delivery, timeoutMs, controller } = task;
  const call = (): unknown => span.run(() => handle(webhook, delivery));
  const outcome = await runWithTimeout<unknown>(call, timeoutMs);
  if (outcome.kind === 'value') return makeEnd('done', null, undefined);
  if (outcome.kind === 'expired') {
    const error = new Error(`the handler took longer than ${timeoutMs} ms`);
    controller.abort(error);
    return makeEnd('failed', 'ERR_WEBHOOK_TIMEOUT', error);
  }
  const { thrown } = outcome;
  // A payload that cannot be read, however often it is tried, is not tried again.
  const isFinal = thrown instanceof PermanentError || isPayloadError(thrown);
  return isFinal ? makeEnd('dead', thrown.code, thrown) : makeEnd('failed', 'ERR_WEBHOOK_HANDLER', thrown);
}

/** The end of an attempt whose delivery cannot be read: no further attempt would do better. */
export function endUnread(error: Error): AttemptEnd {
  return makeEnd('dead', 'ERR_WEBHOOK_SETUP', error);
}

function makeEnd(state: AttemptEnd['state'], code: WebhookErrorCode | null, thrown: unknown): AttemptEnd {
  const error = state === 'done' ? null : describeThrown(thrown).slice(0, MAX_ERROR);
  return { state, code, error, thrown, retryAfterMs: readRetryAfter(thrown) };
}

/** An error may say when it makes sense to try again, as that of an HTTP client does that was answered 429. */
function readRetryAfter(thrown: unknown): number | undefined {
  const { retryAfterMs } = Object(thrown) as { readonly retryAfterMs?: unknown };
  const isDelay = typeof retryAfterMs === 'number' && retryAfterMs >= 0 && retryAfterMs <= LONGEST_DELAY_MS;
  return isDelay ? Math.ceil(retryAfterMs) : undefined;
}
