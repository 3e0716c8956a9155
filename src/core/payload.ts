import { isUtf8 } from 'node:buffer';
import type { Plan } from './plan';
import { readHeader, type HeaderSource } from './headers';

/** The parsed payload, or why there is none. */
export type ParsedPayload = { readonly value: unknown } | undefined;

/** What a delivery says of itself: its event and id, and whether the signature covers them. */
export interface Facts {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly trusted: { readonly event: boolean; readonly id: boolean };
  /** The body and a header name different events. */
  readonly disagree: boolean;
}

const FORM = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;

/** Parses the verified bytes as the provider says; `undefined` where they are not that. */
export function parsePayload(plan: Plan, source: HeaderSource, body: Buffer): ParsedPayload {
  const { content, formField } = plan.provider;
  if (content === 'raw') return { value: body };
  if (!isUtf8(body)) return undefined;
  const text = body.toString('utf8');
  if (content === 'text') return { value: text };
  if (content === 'json' || !(content === 'form' || isForm(source))) return parseJson(text);
  const form = new URLSearchParams(text);
  if (formField === undefined) return { value: formObject(form) };
  const field = form.get(formField);
  return field === null ? undefined : parseJson(field);
}

/** Event and id of a delivery: what the signed body says counts, then what a header says. */
export function readFacts(plan: Plan, source: HeaderSource, payload: ParsedPayload, signedId: string): Facts {
  const { event, id } = plan.provider;
  const bodyEvent = textAt(payload?.value, event?.body);
  const headerEvent = textOf(readHeader(source, plan.eventHeaders));
  const bodyId = plan.coversId ? undefined : textAt(payload?.value, id?.body);
  const headerId = textOf(plan.coversId ? signedId : readHeader(source, plan.idHeaders));
  return {
    event: bodyEvent ?? headerEvent,
    id: bodyId ?? headerId,
    trusted: {
      event: plan.coversBody && bodyEvent !== undefined,
      id: plan.coversId || (plan.coversBody && bodyId !== undefined),
    },
    disagree: bodyEvent !== undefined && headerEvent !== undefined && bodyEvent !== headerEvent,
  };
}

/** The value at a path of own properties (`'data.id'`), or `undefined`. */
export function valueAt(payload: unknown, path: string): unknown {
  let value: unknown = payload;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** The text or number at a path, as text that is not empty. */
export function textAt(payload: unknown, path: string | undefined): string | undefined {
  const value = path === undefined ? undefined : valueAt(payload, path);
  return textOf(typeof value === 'number' ? String(value) : value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isForm({ headers }: HeaderSource): boolean {
  const type = headers['content-type'];
  return typeof type === 'string' && FORM.test(type);
}

function parseJson(text: string): ParsedPayload {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

// Own properties only, `__proto__` among them; a repeated name becomes a list.
function formObject(form: URLSearchParams): Record<string, string | string[]> {
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of form) {
    const earlier = fields.get(name);
    if (earlier === undefined) fields.set(name, value);
    else if (typeof earlier === 'string') fields.set(name, [earlier, value]);
    else earlier.push(value);
  }
  return Object.fromEntries(fields);
}
