import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express';
import { WebhookError, type WebhookErrorCode } from '../errors';
import { A_FUNCTION, checkOptions } from '../options';
import { answerRefusal } from '../request/answer';
import { makeRecorder, type OnDecision } from '../request/decisions';
import { leadsToGuard } from '../request/router-stack';
import { makeRefusal } from '../request/refuse';
import { ensureState } from '../request/state';

export interface WebhookErrorsOptions {
  /** Called with the decision about every refusal. */
  readonly onDecision?: OnDecision | undefined;
}

// The types of the errors of body-parser, as its page lists them.
const PARSER_CODES: ReadonlyMap<unknown, WebhookErrorCode> = new Map<string, WebhookErrorCode>(
  Object.entries({
    'entity.too.large': 'ERR_WEBHOOK_BODY_SIZE',
    'encoding.unsupported': 'ERR_WEBHOOK_ENCODING',
    'charset.unsupported': 'ERR_WEBHOOK_ENCODING',
    'request.aborted': 'ERR_WEBHOOK_BODY_INCOMPLETE',
    'request.size.invalid': 'ERR_WEBHOOK_BODY_INCOMPLETE',
    'entity.parse.failed': 'ERR_WEBHOOK_PAYLOAD',
    'parameters.too.many': 'ERR_WEBHOOK_PAYLOAD',
    'stream.encoding.set': 'ERR_WEBHOOK_SETUP',
    'stream.not.readable': 'ERR_WEBHOOK_SETUP',
  } as const),
);

/**
 * The error handler that answers refusals uniformly where the steps are used alone, and what a parser in front refuses
 * of a delivery: of a request whose path leads to a guard, or under the path where this is mounted. Others pass by.
 */
export function webhookErrors(options: WebhookErrorsOptions = {}): ErrorRequestHandler {
  const { onDecision } = checkOptions('webhookErrors()', options, { onDecision: A_FUNCTION });
  const recorder = makeRecorder(onDecision);

  return function webhookErrorsMiddleware(error: unknown, req: Request, res: Response, next: NextFunction) {
    const refusal = error instanceof WebhookError ? error : parserRefusal(error, req);
    if (refusal === undefined) {
      next(error);
      return;
    }
    const state = ensureState(req);
    answerRefusal(req, res, refusal);
    recorder.record(req, state, res.statusCode, refusal);
  };
}

function parserRefusal(error: unknown, req: Request): WebhookError | undefined {
  const { type } = Object(error) as { readonly type?: unknown };
  const code = PARSER_CODES.get(type);
  if (code === undefined || (req.baseUrl === '' && !leadsToGuard(req))) return undefined;
  return makeRefusal(ensureState(req), code);
}
