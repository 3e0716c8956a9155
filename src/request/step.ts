import type { Request, RequestHandler, Response } from 'express';
import { isThenable, type Awaitable } from '../awaitable';
import type { WebhookError } from '../errors';
import { statusSent } from './response-end';
import { ensureState, type RequestState } from './state';

/** A refusal ends the delivery, `'answered'` says that the step has answered it, and nothing lets it go on. */
export type StepResult = WebhookError | 'answered' | undefined;

/** One check of a delivery. A result that is there at once is returned at once: most steps need no promise. */
export type Step = (state: RequestState, req: Request, res: Response) => Awaitable<StepResult>;

/**
 * Makes an Express middleware of a step, for use without a guard. `begin` finds or begins the state of a request; a
 * step with settings of its own for it gives one.
 */
export function asMiddleware(
  step: Step,
  begin: (req: Request) => RequestState = ensureState,
): RequestHandler {
  const middleware: RequestHandler = (req, res, next) => {
    const fail = (thrown: unknown): void => next(nameThrown(thrown));
    let state: RequestState;
    let result: Awaitable<StepResult>;
    try {
      state = begin(req);
      result = step(state, req, res);
    } catch (thrown) {
      fail(thrown);
      return;
    }
    const finish = (ended: StepResult): void => {
      if (ended === 'answered') return;
      next(ended);
      renewLeases(state, res);
    };
    if (isThenable(result)) void result.then(finish, fail);
    else finish(result);
  };
  // Express and its tools show middlewares by name, and `describeConsumedBody()` looks for ours.
  return Object.defineProperty(middleware, 'name', { value: `${step.name}Middleware` });
}

/** The thrown value, or an error in place of nothing: Express takes `next(undefined)` for success. */
export function nameThrown(thrown: unknown): unknown {
  return thrown ?? new Error('undefined was thrown');
}

/**
 * Renews the leases of a request from now on, because its handler has begun and not ended. An answer that was given
 * meanwhile ends a lease at once.
 */
export function renewLeases({ leases, watchEnd }: RequestState, res: Response): void {
  for (const lease of leases) {
    if (res.writableEnded) lease.onAnswered(statusSent(res));
    lease.keep(watchEnd);
  }
}

/** A step that lets every other request pass. */
export function onlyForStep(isMeant: (req: Request) => boolean, step: Step): Step {
  return function onlyFor(state, req, res) {
    return isMeant(req) ? step(state, req, res) : undefined;
  };
}
