import { inspect } from 'node:util';
import { WebhookError, type WebhookErrorCode } from '../errors';
import type { Webhook } from './delivery';
import { readFacts, type Facts } from './event-and-id';
import type { HeaderSource } from './headers';
import type { Verdict } from './authenticate';
import { contradictsType, namesOtherCharset, parsePayload, type ParsedPayload } from './payload';
import type { Plan } from './compiled-provider';

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
  verdict: Verdict,
  source: HeaderSource,
  method: string,
  rawBody: Buffer,
): Webhook {
  return new LazyWebhook(verdict, source, method, rawBody);
}

/** The payload, and the code of the refusal where there is none. */
interface ParsedBody {
  readonly payload: ParsedPayload;
  readonly code: WebhookErrorCode;
}

/** Reads an authentic body: its payload, or why it has none. */
export function parseBody(plan: Plan, source: HeaderSource, body: Buffer): ParsedBody {
  if (namesOtherCharset(plan, source, body)) return { payload: undefined, code: 'ERR_WEBHOOK_CHARSET' };
  const payload = contradictsType(plan, source, body) ? undefined : parsePayload(plan, body);
  return { payload, code: 'ERR_WEBHOOK_PAYLOAD' };
}

/** Whether a handler was thrown this when it read a payload that is parsed only then. */
export function isPayloadError(thrown: unknown): thrown is WebhookError {
  return (
    thrown instanceof WebhookError && ['ERR_WEBHOOK_PAYLOAD', 'ERR_WEBHOOK_CHARSET'].includes(thrown.code)
  );
}

/** What is found out when it is first asked for; routing names the event anew. */
interface Contents {
  event: string | undefined;
  candidates: readonly string[];
  readonly id: string | undefined;
  readonly trusted: Webhook['trusted'];
}

/**
 * A class, because an object with accessors of its own costs more than the whole verification of a small body. They are
 * not copied by `{ ...webhook }`.
 */
class LazyWebhook implements Webhook {
  readonly provider: string;
  readonly rawBody: Buffer;
  readonly secretId: string;
  readonly verified = true;
  readonly #verdict: Verdict;
  readonly #source: HeaderSource;
  readonly #method: string;
  #parsed: ParsedBody | undefined;
  #contents: Contents | undefined;

  constructor(verdict: Verdict, source: HeaderSource, method: string, rawBody: Buffer) {
    this.provider = verdict.claims.plan.provider.name;
    this.rawBody = rawBody;
    this.secretId = verdict.secret.id;
    this.#verdict = verdict;
    this.#source = source;
    this.#method = method;
  }

  get event(): string | undefined {
    return this.#read().event;
  }

  set event(event: string | undefined) {
    this.#read().event = event;
  }

  get candidates(): readonly string[] {
    return this.#read().candidates;
  }

  set candidates(candidates: readonly string[]) {
    this.#read().candidates = candidates;
  }

  get id(): string | undefined {
    return this.#read().id;
  }

  get timestamp(): Date | undefined {
    const { timestamp } = this.#verdict;
    return timestamp === undefined ? undefined : new Date(timestamp);
  }

  get payload(): unknown {
    const { payload, code } = this.#parse();
    if (payload === undefined) throw new WebhookError(code);
    return payload.value;
  }

  get trusted(): Webhook['trusted'] {
    return this.#read().trusted;
  }

  /** All of it, for `JSON.stringify`; a payload that cannot be parsed is left out. */
  toJSON(): Omit<Webhook, 'rawBody'> {
    const { provider, event, candidates, id, timestamp, secretId, verified, trusted } = this;
    const payload = this.#parse().payload?.value;
    return { provider, event, candidates, id, timestamp, payload, secretId, verified, trusted };
  }

  [inspect.custom](): object {
    return this.toJSON();
  }

  #parse(): ParsedBody {
    this.#parsed ??= parseBody(this.#verdict.claims.plan, this.#source, this.rawBody);
    return this.#parsed;
  }

  #read(): Contents {
    if (this.#contents === undefined) {
      const { claims, covers } = this.#verdict;
      const { plan } = claims;
      // Nothing is parsed for facts that are in headers.
      const parsed = plan.factsInBody ? this.#parse().payload : undefined;
      const facts = readFacts(plan, this.#source, parsed, covers);
      const candidates = candidatesOf(plan, this.#method, facts);
      this.#contents = { event: facts.event, candidates, id: facts.id, trusted: facts.trusted };
    }
    return this.#contents;
  }
}

// A sender that names no event has at least told by the method which ones it can be.
function candidatesOf(plan: Plan, method: string, { event, events }: Facts): readonly string[] {
  if (event !== undefined) return [event];
  if (events.length > 0) return events;
  return Object.entries(plan.provider.events ?? {})
    .filter(([, methods]) => methods.some((known) => known === method))
    .map(([name]) => name);
}
