import type { Plan } from './compiled-provider';
import { decodeBytes, findCharset, readCharsetLabel, withoutMark } from './charset';
import { nestFields, parseForm, unescapeForm } from './form';
import type { HeaderSource } from './headers';
import type { Provider } from './provider';

/** The parsed payload, or why there is none. */
export type ParsedPayload = { readonly value: unknown } | undefined;

const BLANKS = Buffer.from(' \t\r\n');
const JSON_STARTS = Buffer.from('{["');

/**
 * Parses the verified bytes as the provider says; `undefined` where they are not that. It sees no header, so none that
 * the sender did not sign can choose how the signed bytes are read.
 */
export function parsePayload({ provider, charset }: Plan, bytes: Buffer): ParsedPayload {
  const { content, bodyRequired = false } = provider;
  if (bytes.length === 0 && bodyRequired) return undefined;
  if (content === 'raw') return { value: bytes };
  if (content === 'text') {
    const text = decodeBytes(bytes, charset);
    return text === undefined ? undefined : { value: text };
  }
  if (bytes.length === 0) return { value: undefined };
  const body = withoutMark(bytes);
  return isForm(provider, body) ? readForm(provider, body, charset) : parseJson(decodeBytes(body, charset));
}

/**
 * Whether a body that may be JSON or a form is a form. Its first letter says so: JSON begins with a brace, a bracket or
 * a quote, which are escaped in every form.
 */
export function isFormBody(body: Buffer): boolean {
  const first = withoutMark(body).find((byte) => !BLANKS.includes(byte));
  return first === undefined || !JSON_STARTS.includes(first);
}

/**
 * Whether the Content-Type names a charset by which the body would read otherwise. The header is not signed, so it
 * cannot be followed; but bytes that their sender calls something else are not read as if nothing were wrong either.
 */
export function namesOtherCharset(
  { provider, charset }: Plan,
  { headers }: HeaderSource,
  body: Buffer,
): boolean {
  const label = readCharsetLabel(headers['content-type']);
  if (label === undefined || provider.content === 'raw') return false;
  const bytes = isForm(provider, body) ? unescapeForm(body.toString('latin1')) : body;
  const named = findCharset(label);
  if (named === undefined) return bytes.some((byte) => byte === 0 || byte > 0x7f);
  return named !== charset && decodeBytes(bytes, named) !== decodeBytes(bytes, charset);
}

function isForm({ content }: Provider, body: Buffer): boolean {
  return content === 'form' || (content === 'json-or-form' && isFormBody(body));
}

function readForm({ formField, nestedForm = false }: Provider, body: Buffer, charset: string): ParsedPayload {
  const fields = parseForm(body, charset);
  if (fields === undefined) return undefined;
  if (formField !== undefined) {
    const [text] = Object.hasOwn(fields, formField) ? [fields[formField]].flat() : [];
    return parseJson(text);
  }
  const value = nestedForm ? nestFields(fields) : fields;
  return value === undefined ? undefined : { value };
}

function parseJson(text: string | undefined): ParsedPayload {
  try {
    return text === undefined ? undefined : { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
