import { inspect } from 'node:util';
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
  verdict: Verdict,
  source: HeaderSource,
  method: string,
  rawBody: Buffer,
): Webhook {
  return new LazyWebhook(verdict, source, method, rawBody);
}

interface Contents {
  readonly parsed: ParsedPayload;
  readonly facts: Facts;
}

// A class, because an object with six accessors of its own costs more than the whole verification of a small body.
class LazyWebhook implements Webhook {
  readonly provider: string;
  readonly rawBody: Buffer;
  readonly secretId: string;
  readonly verified = true;
  readonly #verdict: Verdict;
  readonly #source: HeaderSource;
  readonly #method: string;
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
    return this.#read().facts.event;
  }

  get candidates(): readonly string[] {
    return candidatesOf(this.#verdict.claims.plan, this.#method, this.#read().facts);
  }

  get id(): string | undefined {
    return this.#read().facts.id;
  }

  get timestamp(): Date | undefined {
    const { timestamp } = this.#verdict;
    return timestamp === undefined ? undefined : new Date(timestamp);
  }

  get payload(): unknown {
    const { parsed } = this.#read();
    if (parsed === undefined) throw new WebhookError('ERR_WEBHOOK_PAYLOAD');
    return parsed.value;
  }

  get trusted(): Webhook['trusted'] {
    return this.#read().facts.trusted;
  }

  /** All of it, for `JSON.stringify`; a payload that cannot be parsed is left out. */
  toJSON(): Omit<Webhook, 'rawBody'> {
    const { provider, event, candidates, id, timestamp, secretId, verified, trusted } = this;
    const payload = this.#read().parsed?.value;
    return { provider, event, candidates, id, timestamp, payload, secretId, verified, trusted };
  }

  [inspect.custom](): object {
    return this.toJSON();
  }

  #read(): Contents {
    if (this.#contents === undefined) {
      const { claims, covers } = this.#verdict;
      const parsed = parsePayload(claims.plan, this.#source, this.rawBody);
      const signed = { ...covers, id: claims.id };
      this.#contents = { parsed, facts: readFacts(claims.plan, this.#source, parsed, signed) };
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
