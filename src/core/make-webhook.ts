import { inspect } from 'node:util';
import { WebhookError, type WebhookErrorCode } from '../errors';
import type { Webhook } from './delivery';
import { findUniqueId, makeDeliveryKey } from './delivery-key';
import type { EndpointName } from './endpoint';
import { readEventAndId, type EventAndId } from './event-and-id';
import type { HeaderSource } from './headers';
import type { Verdict } from './authenticate';
import { contradictsType, namesOtherCharset, parsePayload } from './payload';
import type { BodyReader, ParsedPayload } from './payload';
import { divideBody, type BodyParts } from './signed-part';
import type { CompiledProvider } from './compiled-provider';

/** A delivery as it arrived, and where. */
export interface Received {
  readonly source: HeaderSource;
  readonly method: string;
  readonly rawBody: Buffer;
  /** The tenant; empty where there is none. */
  readonly scope: string;
  /** The first name of the endpoint, as `nameEndpoint()` says it. */
  readonly endpoint: EndpointName;
}

/** The webhook of an authentic delivery, its payload already parsed. */
export function makeWebhook(
  verdict: Verdict,
  received: Received,
  body: { readonly value: unknown },
  eventAndId: EventAndId,
): Webhook {
  const { parsedSignature, secret, timestamp, covers } = verdict;
  const { method, rawBody } = received;
  const { payload, unsigned } = divideBody(body.value, covers.part);
  return {
    provider: parsedSignature.compiled.provider.name,
    event: eventAndId.event,
    candidates: listCandidates(parsedSignature.compiled, method, eventAndId),
    id: eventAndId.id,
    key: keyFor(verdict, received, () => body, eventAndId),
    timestamp: timestamp === undefined ? undefined : new Date(timestamp),
    payload,
    unsigned,
    rawBody,
    secretId: secret.id,
    verified: true,
    trusted: eventAndId.trusted,
  };
}

/**
 * What passes in the mode `'report'` although it is not authentic: nothing of it can be trusted. Of a sender that may
 * sign a part of the body both `payload` and `unsigned` have the whole: a handler finds there what it reads otherwise.
 */
export function makeUnverifiedWebhook(
  compiled: CompiledProvider,
  { method, rawBody }: Pick<Received, 'method' | 'rawBody'>,
  payload: { readonly value: unknown },
  eventAndId: EventAndId,
): Webhook {
  return {
    provider: compiled.provider.name,
    event: eventAndId.event,
    candidates: listCandidates(compiled, method, eventAndId),
    id: eventAndId.id,
    key: undefined,
    timestamp: undefined,
    payload: payload.value,
    unsigned: compiled.custom === undefined ? undefined : payload.value,
    rawBody,
    secretId: undefined,
    verified: false,
    trusted: { event: false, id: false },
  };
}

/** The webhook of an authentic delivery, its payload parsed when something of it is first read. */
export function makeLazyWebhook(verdict: Verdict, received: Received): Webhook {
  return new LazyWebhook(verdict, received);
}

function keyFor(
  verdict: Verdict,
  { source, rawBody: body, scope, endpoint }: Received,
  getPayload: () => ParsedPayload,
  eventAndId: Pick<EventAndId, 'id' | 'trusted'>,
): string | undefined {
  const id = findUniqueId(verdict.parsedSignature.compiled.provider, eventAndId, getPayload);
  return makeDeliveryKey({ verdict, source, body, id, scope }, endpoint);
}

/** A payload, and the code of the refusal where there is none. */
interface Reading {
  readonly payload: ParsedPayload;
  readonly code: WebhookErrorCode;
}

/** Reads an authentic body: its payload, or why it has none. */
export function readPayload(reader: BodyReader, source: HeaderSource, body: Buffer): Reading {
  if (namesOtherCharset(reader, source, body)) return { payload: undefined, code: 'ERR_WEBHOOK_CHARSET' };
  const payload = contradictsType(reader, source, body) ? undefined : parsePayload(reader, body);
  return { payload, code: 'ERR_WEBHOOK_PAYLOAD' };
}

/** Whether a handler was thrown this when it read a payload that is parsed only then. */
export function isPayloadError(thrown: unknown): thrown is WebhookError {
  return (
    thrown instanceof WebhookError && ['ERR_WEBHOOK_PAYLOAD', 'ERR_WEBHOOK_CHARSET'].includes(thrown.code)
  );
}

/** A body parsed; nothing where it cannot be. */
interface ParsedBody {
  readonly whole: ParsedPayload;
  readonly parts: BodyParts | undefined;
  readonly code: WebhookErrorCode;
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
  readonly #received: Received;
  #parsed: ParsedBody | undefined;
  #contents: Contents | undefined;
  #key: { readonly value: string | undefined } | undefined;

  constructor(verdict: Verdict, received: Received) {
    this.provider = verdict.parsedSignature.compiled.provider.name;
    this.rawBody = received.rawBody;
    this.secretId = verdict.secret.id;
    this.#verdict = verdict;
    this.#received = received;
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

  get key(): string | undefined {
    this.#key ??= { value: keyFor(this.#verdict, this.#received, () => this.#parse().whole, this.#read()) };
    return this.#key.value;
  }

  get timestamp(): Date | undefined {
    const { timestamp } = this.#verdict;
    return timestamp === undefined ? undefined : new Date(timestamp);
  }

  get payload(): unknown {
    return this.#parts().payload;
  }

  get unsigned(): unknown {
    return this.#parts().unsigned;
  }

  get trusted(): Webhook['trusted'] {
    return this.#read().trusted;
  }

  /** All of it, for `JSON.stringify`; a payload that cannot be parsed is left out. */
  toJSON(): Omit<Webhook, 'rawBody' | 'unsigned'> & { readonly unsigned?: unknown } {
    const { provider, event, candidates, id, key, timestamp, secretId, verified, trusted } = this;
    const { payload, unsigned } = this.#parse().parts ?? {};
    const body = unsigned === undefined ? { payload } : { payload, unsigned };
    return { provider, event, candidates, id, key, timestamp, ...body, secretId, verified, trusted };
  }

  [inspect.custom](): object {
    return this.toJSON();
  }

  #parts(): BodyParts {
    const { parts, code } = this.#parse();
    if (parts === undefined) throw new WebhookError(code);
    return parts;
  }

  #parse(): ParsedBody {
    if (this.#parsed === undefined) {
      const { parsedSignature, covers } = this.#verdict;
      const { compiled } = parsedSignature;
      const { payload: whole, code } = readPayload(compiled, this.#received.source, this.rawBody);
      this.#parsed = { whole, parts: whole && divideBody(whole.value, covers.part), code };
    }
    return this.#parsed;
  }

  #read(): Contents {
    if (this.#contents === undefined) {
      const { parsedSignature, covers } = this.#verdict;
      const { compiled } = parsedSignature;
      // Nothing is parsed for facts that are in headers.
      const parsed = compiled.eventOrIdInBody ? this.#parse().whole : undefined;
      const eventAndId = readEventAndId(compiled, this.#received.source, parsed, covers);
      const candidates = listCandidates(compiled, this.#received.method, eventAndId);
      const { event, id, trusted } = eventAndId;
      this.#contents = { event, candidates, id, trusted };
    }
    return this.#contents;
  }
}

// A sender that names no event has at least told by the method which ones it can be.
function listCandidates(
  compiled: CompiledProvider,
  method: string,
  { event, events }: EventAndId,
): readonly string[] {
  if (event !== undefined) return [event];
  if (events.length > 0) return events;
  return Object.entries(compiled.provider.events ?? {})
    .filter(([, methods]) => methods.some((known) => known === method))
    .map(([name]) => name);
}
