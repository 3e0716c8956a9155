import { readHeader, type HeaderSource } from './headers';
import type { ParsedPayload } from './payload';
import type { CompiledProvider } from './compiled-provider';
import type { ValueSource } from './provider';

/** The event and the id of a delivery, and whether the signature covers them. */
export interface EventAndId {
  readonly event: string | undefined;
  /** The events that the body names, where it holds several of different types. */
  readonly events: readonly string[];
  readonly id: string | undefined;
  readonly trusted: { readonly event: boolean; readonly id: boolean };
  /** The body and a header name different events. */
  readonly disagree: boolean;
}

/**
 * The parts that the signature covers: whether the body, which id (empty for none), whether the header of the event, and what
 * else of the request, as it was signed.
 */
export interface Coverage {
  readonly body: boolean;
  /** The fields that it covers, where it does not cover the whole body. */
  readonly part?: Readonly<Record<string, unknown>> | undefined;
  readonly id: string;
  readonly event?: boolean;
  readonly request?: string;
}

/** The texts found in a body: the different ones, and the only one, where every entry of a list has it. */
interface BodyTexts {
  readonly texts: readonly string[];
  readonly only: string | undefined;
}

const NOTHING: BodyTexts = { texts: [], only: undefined };

/** Event and id of a delivery: what the signed body says counts, then what a header says. */
export function readEventAndId(
  compiled: CompiledProvider,
  source: HeaderSource,
  payload: ParsedPayload,
  signed: Coverage,
): EventAndId {
  const { event, id } = compiled.provider;
  const { texts: bodyEvents, only: bodyEvent, isSigned: isEventSigned } = readSigned(payload, event, signed);
  const namedEvent = readText(readHeader(source, compiled.eventHeaders));
  const headerEvent = namedEvent ?? findImpliedEvent(compiled, source);
  const { only: bodyId, isSigned: isIdSigned } = readSigned(
    payload,
    signed.id === '' ? id : undefined,
    signed,
  );
  const headerId = readText(signed.id === '' ? readHeader(source, compiled.idHeaders) : signed.id);
  return {
    event: bodyEvents.length === 0 ? headerEvent : bodyEvent,
    events: bodyEvents,
    id: bodyId ?? headerId,
    trusted: {
      event:
        bodyEvents.length === 0
          ? signed.event === true && namedEvent !== undefined
          : isEventSigned && bodyEvent !== undefined,
      id: signed.id !== '' || (isIdSigned && bodyId !== undefined),
    },
    disagree: bodyEvent !== undefined && headerEvent !== undefined && bodyEvent !== headerEvent,
  };
}

/** A fact as the signed fields say it; where they say nothing, as the rest of the body says it. */
function readSigned(
  payload: ParsedPayload,
  fact: ValueSource | undefined,
  { body, part }: Coverage,
): BodyTexts & { readonly isSigned: boolean } {
  const signed = part === undefined ? NOTHING : readBody({ value: part }, fact);
  if (signed.texts.length > 0) return { ...signed, isSigned: true };
  return { ...readBody(payload, fact), isSigned: body };
}

/** The value at a path of own properties (`'data.id'`), or `undefined`. */
export function valueAt(payload: unknown, path: string): unknown {
  const [value] = valuesAt(payload, path.split('.'));
  return value;
}

/** The values at a path; `[]` in it stands for every entry of a list (`'events.[].type'`). */
function valuesAt(payload: unknown, path: readonly string[]): unknown[] {
  let values: unknown[] = [payload];
  for (const key of path) {
    values = values.flatMap((value) => {
      if (key === '[]') return Array.isArray(value) ? (value as unknown[]) : [undefined];
      const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
      return [isObject ? (value as Readonly<Record<string, unknown>>)[key] : undefined];
    });
  }
  return values;
}

/** The texts that a body has for a value: the different ones, and the only one where there is one. */
export function readBody(payload: ParsedPayload, fact: ValueSource | undefined): BodyTexts {
  if (payload === undefined || fact === undefined) return NOTHING;
  const found = new Set<string>();
  for (const place of [fact, ...(fact.or ?? [])]) {
    const all = readTexts(payload.value, place);
    const texts = all.filter((text) => text !== undefined);
    if (found.size === 0 && all.length === 1 && texts[0] !== undefined) return { texts, only: texts[0] };
    for (const text of texts) found.add(text);
    // Where a part of a list has no name here, it may have one in the next place.
    if (texts.length > 0 && texts.length === all.length) break;
  }
  return { texts: [...found], only: undefined };
}

/** The event that a header means by being there. */
function findImpliedEvent({ impliedEvents }: CompiledProvider, source: HeaderSource): string | undefined {
  for (const { event, headers } of impliedEvents) {
    if (readText(readHeader(source, headers)) !== undefined) return event;
  }
  return undefined;
}

type Place = Omit<ValueSource, 'or'>;

function readTexts(value: unknown, { body, keys, names }: Place): readonly (string | undefined)[] {
  if (keys !== undefined) {
    const items =
      body === undefined ? [value] : [body].flat().flatMap((path) => valuesAt(value, path.split('.')));
    return [...new Set(items.flatMap((item) => keysIn(item, keys)))];
  }
  if (body === undefined) return [];
  const texts = joinedTextsAt(value, [body].flat());
  if (names === undefined) return texts;
  return [
    ...new Set(
      texts.map((text) => (text !== undefined && Object.hasOwn(names, text) ? names[text] : undefined)),
    ),
  ];
}

/** The names of the fields that are there; `undefined` where none is. */
function keysIn(value: unknown, keys: NonNullable<Place['keys']>): readonly (string | undefined)[] {
  const named: readonly (readonly [key: string, name: string])[] = Array.isArray(keys)
    ? keys.map((key: string) => [key, key] as const)
    : Object.entries(keys as Readonly<Record<string, string>>); // `isArray` does not tell read-only lists apart
  const there = named.filter(([key]) => valueAt(value, key) !== undefined);
  return there.length === 0 ? [undefined] : there.map(([, name]) => name);
}

/** Parts of a name, such as type and action, joined where each is there once. */
function joinedTextsAt(payload: unknown, paths: readonly string[]): readonly (string | undefined)[] {
  const lists = paths.map((path) => textsAt(payload, path));
  return lists.reduce((names, parts) => {
    const both = [...names, ...parts].filter((text) => text !== undefined);
    return names.length === 1 && parts.length === 1 && both.length === 2 ? [both.join('.')] : names;
  });
}

/** The different texts at a path; `undefined` among them where an entry has none. */
function textsAt(payload: unknown, path: string): readonly (string | undefined)[] {
  const values = valuesAt(payload, path.split('.'));
  return [...new Set(values.map((value) => readText(value) ?? numberText(value)))];
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

// Above this two numbers of a sender could be read as the same one.
function numberText(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
