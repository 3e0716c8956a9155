import { isPayloadError } from '../core/make-webhook';
import type { Webhook } from '../core/delivery';
import { runWithTimeout } from '../awaitable';
import { describeThrown } from '../options';
import type { WebhookErrorCode } from '../errors';
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
}

const MAX_ERROR = 500;
const LONGEST_DELAY_MS = 366 * 86_400_000;

/** Calls a handler once. After the deadline its end changes nothing. */
export function runAttempt({
  handle,
  webhook,
  delivery,
  timeoutMs,
  controller,
}: AttemptTask): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    const end = (state: AttemptEnd['state'], code: WebhookErrorCode | null, thrown?: unknown): void => {
      const error = state === 'done' ? null : describeThrown(thrown).slice(0, MAX_ERROR);
      resolve({ state, code, error, thrown, retryAfterMs: readRetryAfter(thrown) });
    };
    runWithTimeout<unknown>(() => handle(webhook, delivery), timeoutMs, {
      succeed: () => end('done', null),
      fail: (thrown) => {
        if (thrown instanceof PermanentError) end('dead', thrown.code, thrown);
        // However often it is read, it cannot be parsed.
        else if (isPayloadError(thrown)) end('dead', thrown.code, thrown);
        else end('failed', 'ERR_WEBHOOK_HANDLER', thrown);
      },
      expire: () => {
        const error = new Error(`the handler took longer than ${timeoutMs} ms`);
        controller.abort(error);
        end('failed', 'ERR_WEBHOOK_TIMEOUT', error);
      },
    });
  });
}

/** An error may say when it makes sense to try again, as that of an HTTP client does that was answered 429. */
function readRetryAfter(thrown: unknown): number | undefined {
  const { retryAfterMs } = Object(thrown) as { readonly retryAfterMs?: unknown };
  const isDelay = typeof retryAfterMs === 'number' && retryAfterMs >= 0 && retryAfterMs <= LONGEST_DELAY_MS;
  return isDelay ? Math.ceil(retryAfterMs) : undefined;
}
