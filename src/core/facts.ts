import { readHeader, type HeaderSource } from './headers';
import type { ParsedPayload } from './payload';
import type { Plan } from './plan';
import type { FactDefinition } from './provider';

/** What a delivery says of itself: its event and id, and whether the signature covers them. */
export interface Facts {
  readonly event: string | undefined;
  /** The events that the body names, where it holds several of different types. */
  readonly events: readonly string[];
  readonly id: string | undefined;
  readonly trusted: { readonly event: boolean; readonly id: boolean };
  /** The body and a header name different events. */
  readonly disagree: boolean;
}

/** What the signature covers: whether the body, and which id (empty for none). */
export interface SignedFacts {
  readonly body: boolean;
  readonly id: string;
}

// A body with more entries than this is not searched any further.
const MAX_ENTRIES = 1000;

/** Event and id of a delivery: what the signed body says counts, then what a header says. */
export function readFacts(
  plan: Plan,
  source: HeaderSource,
  payload: ParsedPayload,
  signed: SignedFacts,
): Facts {
  const { event, id } = plan.provider;
  const bodyEvents = readBody(payload, event);
  const headerEvent = textOf(readHeader(source, plan.eventHeaders));
  const [bodyEvent] = bodyEvents.length === 1 ? bodyEvents : [];
  const bodyIds = signed.id === '' ? readBody(payload, id) : [];
  const [bodyId] = bodyIds.length === 1 ? bodyIds : [];
  const headerId = textOf(signed.id === '' ? readHeader(source, plan.idHeaders) : signed.id);
  return {
    event: bodyEvents.length === 0 ? headerEvent : bodyEvent,
    events: bodyEvents,
    id: bodyId ?? headerId,
    trusted: {
      event: signed.body && bodyEvent !== undefined,
      id: signed.id !== '' || (signed.body && bodyId !== undefined),
    },
    disagree: bodyEvent !== undefined && headerEvent !== undefined && bodyEvent !== headerEvent,
  };
}

/** The value at a path of own properties (`'data.id'`), or `undefined`. */
export function valueAt(payload: unknown, path: string): unknown {
  const [value] = valuesAt(payload, path.split('.'));
  return value;
}

/** The different values at a path; `[]` in it stands for every entry of a list (`'events.[].type'`). */
function valuesAt(payload: unknown, path: readonly string[]): unknown[] {
  let values: unknown[] = [payload];
  for (const key of path) {
    values = values
      .flatMap((value) => {
        if (key === '[]') return Array.isArray(value) ? (value as unknown[]).slice(0, MAX_ENTRIES) : [];
        const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
        return isObject ? [(value as Readonly<Record<string, unknown>>)[key]] : [];
      })
      .slice(0, MAX_ENTRIES);
  }
  return values;
}

function readBody(payload: ParsedPayload, fact: FactDefinition | undefined): readonly string[] {
  if (payload === undefined || fact === undefined) return [];
  if (fact.keys !== undefined) return fact.keys.filter((key) => valueAt(payload.value, key) !== undefined);
  const [first, ...more] = [fact.body ?? []].flat().map((path) => textsAt(payload.value, path));
  if (first === undefined) return [];
  // Parts of a name, such as type and action, are joined where each is there once.
  return more.reduce(
    (names, part) =>
      names.length === 1 && part.length === 1 ? [`${names[0] ?? ''}.${part[0] ?? ''}`] : names,
    first,
  );
}

function textsAt(payload: unknown, path: string): readonly string[] {
  const texts = valuesAt(payload, path.split('.'))
    .map((value) => textOf(typeof value === 'number' ? String(value) : value))
    .filter((text) => text !== undefined);
  return [...new Set(texts)];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
