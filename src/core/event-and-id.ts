import { readHeader, type HeaderSource } from './headers';
import type { ParsedPayload } from './payload';
import type { Plan } from './compiled-provider';
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

/** Which parts of a delivery the signature covers: the body, an id (empty for none), the header of the event. */
export interface SignedFacts {
  readonly body: boolean;
  readonly id: string;
  readonly event?: boolean;
  /** Method and address where they are signed: what tells deliveries apart whose bodies are alike. */
  readonly request?: string;
}

/** What a body says: the different texts, and the only one, where every entry of a list has it. */
interface BodyFact {
  readonly texts: readonly string[];
  readonly only: string | undefined;
}

const NOTHING: BodyFact = { texts: [], only: undefined };

/** Event and id of a delivery: what the signed body says counts, then what a header says. */
export function readFacts(
  plan: Plan,
  source: HeaderSource,
  payload: ParsedPayload,
  signed: SignedFacts,
): Facts {
  const { event, id } = plan.provider;
  const { texts: bodyEvents, only: bodyEvent } = readBody(payload, event);
  const headerEvent = textOf(readHeader(source, plan.eventHeaders));
  const { only: bodyId } = signed.id === '' ? readBody(payload, id) : NOTHING;
  const headerId = textOf(signed.id === '' ? readHeader(source, plan.idHeaders) : signed.id);
  return {
    event: bodyEvents.length === 0 ? headerEvent : bodyEvent,
    events: bodyEvents,
    id: bodyId ?? headerId,
    trusted: {
      event:
        bodyEvents.length === 0
          ? signed.event === true && headerEvent !== undefined
          : signed.body && bodyEvent !== undefined,
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

/** What the body says of a fact: its different texts, and the only one where there is one. */
export function readBody(payload: ParsedPayload, fact: FactDefinition | undefined): BodyFact {
  if (payload === undefined || fact === undefined) return NOTHING;
  const all = allTexts(payload.value, fact);
  if (all === undefined) return NOTHING;
  const texts = all.filter((text) => text !== undefined);
  return { texts, only: all.length === 1 ? texts[0] : undefined };
}

function allTexts(
  value: unknown,
  { body, keys }: FactDefinition,
): readonly (string | undefined)[] | undefined {
  if (keys !== undefined) return keys.filter((key) => valueAt(value, key) !== undefined);
  return body === undefined ? undefined : joinedTextsAt(value, [body].flat());
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
  return [...new Set(values.map((value) => textOf(value) ?? numberText(value)))];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

// Above this two numbers of a sender could be read as the same one.
function numberText(value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : undefined;
}
