import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { A_SCHEMA, type StandardSchema } from '../core/schema';
import type { WebhookErrorCode } from '../errors';
import { runWithTimeout } from '../awaitable';
import { checkOptions, integerBetween, required, type OptionChecks } from '../options';
import { ensureState, refuseWithoutWebhook, makeRefusal, settleLeases } from '../request/state';
import { fitPayload } from '../request/payload-fit';

export interface ValidatePayloadOptions {
  /** What the payload must fit; what the schema makes of it becomes the payload. */
  readonly schema: StandardSchema;
  /** After this time the answer is 503. @default 25000 */
  readonly handlerTimeoutMs?: number | undefined;
}

const CHECKS: OptionChecks = {
  schema: required(A_SCHEMA),
  handlerTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
};

/**
 * Lets pass the payloads that fit a Standard Schema, and puts what it makes of them into `req.webhook.payload` and
 * `req.body`. Needs `verifySignature()` before it.
 */
export function validatePayload(options: ValidatePayloadOptions): RequestHandler {
  const checked = checkOptions('validatePayload()', options, CHECKS);
  const { schema, handlerTimeoutMs = 25_000 } = checked;

  return function validatePayloadMiddleware(req: Request, _res: Response, next: NextFunction): void {
    const { webhook } = req;
    if (webhook === undefined) {
      next(refuseWithoutWebhook(req, 'validatePayload()'));
      return;
    }
    const refuse = (code: WebhookErrorCode, cause?: unknown): void => {
      // The sender's next try is welcome: by then the schema may be another one.
      settleLeases(ensureState(req), false);
      next(makeRefusal(req, code, cause));
    };
    runWithTimeout(() => fitPayload(schema, webhook, req), handlerTimeoutMs, {
      succeed: (fits) => {
        if (fits) next();
        else refuse('ERR_WEBHOOK_SCHEMA');
      },
      // A schema may throw anything, undefined included.
      fail: (thrown) => refuse('ERR_WEBHOOK_HANDLER', thrown ?? new Error(String(thrown))),
      expire: () => refuse('ERR_WEBHOOK_TIMEOUT'),
    });
  };
}
