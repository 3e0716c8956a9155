import type { Request, Response } from 'express';
import type { WebhookError } from '../errors';
import { makeRecorder } from './decisions';
import { isSuccess, statusSent } from './response-end';
import { settleLeases, type RequestState } from './state';

// Where the steps are used alone, no pipeline has a recorder.
const recorder = makeRecorder(undefined);

/** From now on the router ends the delivery by what its handler promises, whatever answers before. */
export function beginHandler({ leases, run }: RequestState): void {
  for (const lease of leases) lease.follow();
  run?.handlerBegan();
}

/** Tells stores and pipeline that the handler has not failed. */
export function endHandler(state: RequestState, req: Request, res: Response): void {
  settleLeases(state, hasHandled(req, res));
  state.run?.handlerEnded();
}

/** The router has no handler to run: what it refuses with, or the error handler of the app, ends the delivery. */
export function leaveToAnswer({ leases }: RequestState, res: Response): void {
  for (const lease of leases) {
    lease.followAnswer();
    if (res.writableEnded) lease.onAnswered(statusSent(res));
  }
}

/** The handler goes on behind its deadline: how it ends is told later. */
export function deferLeases({ leases }: RequestState): void {
  for (const lease of leases) lease.defer();
}

/** Whether the sender has an answer already that tells it to come again. */
export function isRefused(res: Response): boolean {
  return res.writableEnded && !isSuccess(statusSent(res));
}

/** Whether a handler that has not failed has handled the delivery: one that answers 404 or 503 has not. */
export function hasHandled(req: Request, res: Response): boolean {
  return isSuccess(statusSent(res)) || isTimedOut(req);
}

/**
 * Whether connect-timeout has answered in place of the handler. It marks the request, and where it is told to leave the
 * answer to others (`respond: false`), it does not listen.
 */
function isTimedOut(req: Request): boolean {
  const { timedout } = req as { readonly timedout?: unknown };
  return timedout === true && req.listenerCount('timeout') > 0;
}

/** Records the failure of a handler whose delivery was decided before. */
export function reportLateFailure(
  state: RequestState,
  req: Request,
  res: Response,
  error: WebhookError,
): void {
  if (state.run === undefined) recorder.record(req, state, statusSent(res), error);
  else state.run.handlerFailedLate(error);
}
