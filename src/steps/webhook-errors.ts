import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import { WebhookError } from '../errors';
import { A_FUNCTION, checkOptions } from '../options';
import { answerRefusal } from '../request/answer';
import { makeRecorder, type OnDecision } from '../request/decisions';
import { exchangeAt } from '../request/state';

export interface WebhookErrorsOptions {
  /** Called with the decision about every refusal. */
  readonly onDecision?: OnDecision | undefined;
}

/** The error handler that answers refusals uniformly where the steps are used alone; others pass by. */
export function webhookErrors(options: WebhookErrorsOptions = {}): ErrorRequestHandler {
  const { onDecision } = checkOptions('webhookErrors()', options, { onDecision: A_FUNCTION });
  const recorder = makeRecorder(onDecision);

  return function webhookErrorsMiddleware(error: unknown, req: Request, res: Response, next: NextFunction) {
    if (!(error instanceof WebhookError)) {
      next(error);
      return;
    }
    const exchange = exchangeAt(req);
    answerRefusal(req, res, error);
    recorder.record(req, exchange, res.statusCode, error);
  };
}
