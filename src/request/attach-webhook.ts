import type { Request } from 'express';
import type { Verdict } from '../core/authenticate';
import type { CompiledProvider } from '../core/compiled-provider';
import { readEventAndId, type Coverage } from '../core/event-and-id';
import {
  makeLazyWebhook,
  makeUnverifiedWebhook,
  makeWebhook,
  readPayload,
  type Received,
} from '../core/make-webhook';
import type { WebhookError } from '../errors';
import { makeRefusal } from './refuse';
import type { RequestState } from './state';

/** A delivery whose body is there and not yet verified. */
export interface Arrival {
  readonly state: RequestState;
  readonly req: Request;
  readonly compiled: CompiledProvider;
  readonly body: Buffer;
}

/** Parses the payload and puts the webhook on the request, or refuses what cannot be parsed. */
export function attachWebhook(
  { state, req, compiled, body }: Arrival,
  verdict: Verdict | undefined,
  signed: Coverage,
): WebhookError | undefined {
  const { method, source } = state;
  const { payload, code } = readPayload(compiled, source, body);
  if (payload === undefined) return makeRefusal(state, code);
  const eventAndId = readEventAndId(compiled, source, payload, signed);
  const webhook =
    verdict === undefined
      ? makeUnverifiedWebhook(compiled, { method, rawBody: body }, payload, eventAndId)
      : makeWebhook(verdict, receivedBy(state, body), payload, eventAndId);
  state.unsignedRouting = !webhook.trusted.event;
  req.webhook = webhook;
  req.body = webhook.payload;
  return eventAndId.disagree ? makeRefusal(state, 'ERR_WEBHOOK_EVENT') : undefined;
}

/** Puts the webhook on the request before its payload is parsed, which is all of the work that a raw body needs. */
export function attachUnparsed({ state, req, body }: Arrival, verdict: Verdict): void {
  const webhook = makeLazyWebhook(verdict, receivedBy(state, body));
  state.unsignedRouting = !webhook.trusted.event;
  req.webhook = webhook;
}

function receivedBy({ source, method, scope, endpoints }: RequestState, rawBody: Buffer): Received {
  const [endpoint] = endpoints;
  return { source, method, rawBody, scope, endpoint };
}
