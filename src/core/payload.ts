import { isUtf8 } from 'node:buffer';
import type { Plan } from './compiled-provider';
import type { HeaderSource } from './headers';

/** The parsed payload, or why there is none. */
export type ParsedPayload = { readonly value: unknown } | undefined;

const FORM = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;

/** Parses the verified bytes as the provider says; `undefined` where they are not that. */
export function parsePayload(plan: Plan, source: HeaderSource, body: Buffer): ParsedPayload {
  const { content, formField, formFieldOptional } = plan.provider;
  if (content === 'raw') return { value: body };
  if (!isUtf8(body)) return undefined;
  const text = body.toString('utf8');
  if (content === 'text') return { value: text };
  if (content === 'json' || !(content === 'form' || isForm(source))) return parseJson(text);
  const form = new URLSearchParams(text);
  if (formField === undefined) return { value: formObject(form) };
  const field = form.get(formField);
  if (field !== null) return parseJson(field);
  return formFieldOptional === true ? { value: formObject(form) } : undefined;
}

/** Whether the Content-Type says that the body is a form. */
export function isForm({ headers }: HeaderSource): boolean {
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
