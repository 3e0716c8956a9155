import type { Request } from 'express';
import { fit, type StandardSchema } from '../core/schema';
import type { Webhook } from '../core/delivery';
import { chain, type Awaitable } from '../awaitable';
import { ensureState } from './state';

/**
 * Whether a payload fits its schema. The output of the schema becomes the payload, and `req.body`; the issues are noted
 * for the decision.
 */
export function fitPayload(schema: StandardSchema, webhook: Webhook, req: Request): Awaitable<boolean> {
  return chain(fit(schema, webhook.payload), (result) => {
    if ('issues' in result) {
      ensureState(req).issues.push(...result.issues);
      return false;
    }
    // The webhook is ours until the handler has it.
    Object.assign(webhook, { payload: result.value });
    req.body = result.value;
    return true;
  });
}
