import type { Awaitable } from '../awaitable';
import { getStatus, WebhookError, type WebhookErrorCode } from '../errors';
import { countFailure } from './failure-limits';
import type { RequestState } from './state';
import { warnOnce } from './warnings';

/** The part of a request state by which a refusal is made. */
type RefusalSettings = Pick<RequestState, 'refusal'>;

/** The error for a refusal, with the status that the provider of this request wants. */
export function makeRefusal(
  { refusal }: RefusalSettings,
  code: WebhookErrorCode,
  cause?: unknown,
): WebhookError {
  return new WebhookError(code, getStatus(code, refusal), cause);
}

/** The refusal by a step that finds no webhook, and a warning of what is to be mounted before it. */
export function refuseWithoutWebhook(state: RefusalSettings, step: string): WebhookError {
  warnOnce('no-webhook', `${step} found no verified webhook: mount verifySignature() before it`);
  return makeRefusal(state, 'ERR_WEBHOOK_SETUP');
}

/** Counts and refuses a failed authentication; waives it in the mode `'report'`, which gives `undefined`. */
export function refuseOrWaive(
  state: RequestState,
  code: WebhookErrorCode,
): Awaitable<WebhookError | undefined> {
  if (state.report || state.limits.length === 0) return refuseCounted(state, code);
  return countFailure(state.limits, code).then((counted) => refuseCounted(state, counted));
}

/** Refuses a failed authentication that was counted; waives it in the mode `'report'`. */
export function refuseCounted(
  state: RequestState,
  failure: WebhookErrorCode | WebhookError,
): WebhookError | undefined {
  if (typeof failure !== 'string') return failure;
  if (!state.report) return makeRefusal(state, failure);
  state.waived = failure;
  return undefined;
}
