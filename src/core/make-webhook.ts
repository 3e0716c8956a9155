import { WebhookError } from '../errors';
import type { Webhook } from './delivery';
import { readFacts, type Facts } from './facts';
import type { HeaderSource } from './headers';
import type { Verdict } from './judge';
import { parsePayload, type ParsedPayload } from './payload';
import type { Plan } from './plan';

/** The webhook of an authentic delivery, its payload already parsed. */
export function makeWebhook(
  { claims, secret, timestamp }: Verdict,
  method: string,
  rawBody: Buffer,
  payload: unknown,
  facts: Facts,
): Webhook {
  return {
    provider: claims.plan.provider.name,
    event: facts.event,
    candidates: candidatesOf(claims.plan, method, facts),
    id: facts.id,
    timestamp: timestamp === undefined ? undefined : new Date(timestamp),
    payload,
    rawBody,
    secretId: secret.id,
    verified: true,
    trusted: facts.trusted,
  };
}

/** What passes in the mode `'report'` although it is not authentic: nothing of it can be trusted. */
export function makeUnverifiedWebhook(
  plan: Plan,
  method: string,
  rawBody: Buffer,
  payload: unknown,
  facts: Facts,
): Webhook {
  return {
    provider: plan.provider.name,
    event: facts.event,
    candidates: candidatesOf(plan, method, facts),
    id: facts.id,
    timestamp: undefined,
    payload,
    rawBody,
    secretId: undefined,
    verified: false,
    trusted: { event: false, id: false },
  };
}

/** The webhook of an authentic delivery, its payload parsed when something of it is first read. */
export function makeLazyWebhook(
  { claims, secret, timestamp, covers }: Verdict,
  source: HeaderSource,
  method: string,
  rawBody: Buffer,
): Webhook {
  const { plan } = claims;
  let contents: { readonly parsed: ParsedPayload; readonly facts: Facts } | undefined;
  const read = (): { readonly parsed: ParsedPayload; readonly facts: Facts } => {
    if (contents === undefined) {
      const parsed = parsePayload(plan, source, rawBody);
      contents = { parsed, facts: readFacts(plan, source, parsed, { ...covers, id: claims.id }) };
    }
    return contents;
  };
  return {
    provider: plan.provider.name,
    get event() {
      return read().facts.event;
    },
    get candidates() {
      return candidatesOf(plan, method, read().facts);
    },
    get id() {
      return read().facts.id;
    },
    timestamp: timestamp === undefined ? undefined : new Date(timestamp),
    get payload() {
      const { parsed } = read();
      if (parsed === undefined) throw new WebhookError('ERR_WEBHOOK_PAYLOAD');
      return parsed.value;
    },
    rawBody,
    secretId: secret.id,
    verified: true,
    get trusted() {
      return read().facts.trusted;
    },
  };
}

// A sender that names no event has at least told by the method which ones it can be.
function candidatesOf(plan: Plan, method: string, { event, events }: Facts): readonly string[] {
  if (event !== undefined) return [event];
  if (events.length > 0) return events;
  return Object.entries(plan.provider.events ?? {})
    .filter(([, methods]) => methods.some((known) => known === method))
    .map(([name]) => name);
}
