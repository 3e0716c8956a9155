import type { RequestHandler } from 'express';
import { A_SCHEMA, type StandardSchema } from '../core/schema';
import type { WebhookError } from '../errors';
import { chain, runWithTimeout, type Outcome } from '../awaitable';
import { checkOptions, integerBetween, required, type OptionChecks } from '../options';
import { makeRefusal, refuseWithoutWebhook } from '../request/refuse';
import { settleLeases, type RequestState } from '../request/state';
import { asMiddleware, type Step } from '../request/step';
import { fitPayload } from '../request/payload-fit';

export interface ValidatePayloadOptions {
  /** A schema that the payload must fit. Its output becomes the payload. */
  readonly schema: StandardSchema;
  /** After this time the answer is 503. @default 25000 */
  readonly handlerTimeoutMs?: number | undefined;
}

const CHECKS: OptionChecks = {
  schema: required(A_SCHEMA),
  handlerTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
};

/**
 * Lets pass the payloads that fit a Standard Schema, and puts its output into `req.webhook.payload` and `req.body`.
 * Needs `verifySignature()` before it.
 */
export function validatePayload(options: ValidatePayloadOptions): RequestHandler {
  return asMiddleware(validatePayloadStep(options));
}

/** The step of `validatePayload()`. */
export function validatePayloadStep(options: ValidatePayloadOptions): Step {
  const checked = checkOptions('validatePayload()', options, CHECKS);
  const { schema, handlerTimeoutMs = 25_000 } = checked;

  return function validatePayload(state, req) {
    const { webhook } = req;
    if (webhook === undefined) return refuseWithoutWebhook(state, 'validatePayload()');
    const fitting = runWithTimeout(() => fitPayload(schema, webhook, req), handlerTimeoutMs);
    return chain(fitting, (outcome) => {
      const refusal = findRefusal(state, outcome);
      // The sender's next try is welcome: by then the schema may be another one.
      if (refusal !== undefined) settleLeases(state, false);
      return refusal;
    });
  };
}

function findRefusal(state: RequestState, outcome: Outcome<boolean>): WebhookError | undefined {
  if (outcome.kind === 'expired') return makeRefusal(state, 'ERR_WEBHOOK_TIMEOUT');
  // A schema may throw anything, undefined included.
  if (outcome.kind === 'thrown') {
    const { thrown } = outcome;
    return makeRefusal(state, 'ERR_WEBHOOK_HANDLER', thrown ?? new Error(String(thrown)));
  }
  return outcome.value ? undefined : makeRefusal(state, 'ERR_WEBHOOK_SCHEMA');
}
