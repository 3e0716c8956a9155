import { decodeBytes, findCharset, readCharsetLabel, stripMark } from './charset';
import { nestFields, parseForm, unescapeForm } from './form';
import type { HeaderSource } from './headers';
import { isMultipart, parseMultipart } from './multipart';
import type { Provider } from './provider';

/** How a body is read: the part of a compiled provider that says it. */
export interface BodyReader {
  readonly provider: Pick<
    Provider,
    'content' | 'bodyRequired' | 'formField' | 'formFieldOptional' | 'multipartForm' | 'nestedForm'
  >;
  /** The charset of the body, by its usual name. */
  readonly charset: string;
}

/** The parsed payload, or why there is none. */
export type ParsedPayload = { readonly value: unknown } | undefined;

const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i;
// Arrays: a Buffer looks for a byte by a call of its own.
const BLANKS: readonly number[] = [...Buffer.from(' \t\r\n')];
const JSON_STARTS: readonly number[] = [...Buffer.from('{["')];

/**
 * Parses the verified bytes as the provider says; `undefined` where they are not that. It sees no header, so none that
 * the sender did not sign can choose how the signed bytes are read.
 */
export function parsePayload({ provider, charset }: BodyReader, bytes: Buffer): ParsedPayload {
  const { content, bodyRequired = false } = provider;
  if (bytes.length === 0 && bodyRequired) return undefined;
  if (content === 'raw') return { value: bytes };
  if (content === 'text') {
    const text = decodeBytes(bytes, charset);
    return text === undefined ? undefined : { value: text };
  }
  if (bytes.length === 0) return { value: undefined };
  const body = stripMark(bytes);
  return isForm(provider, body) ? readForm(provider, body, charset) : parseJson(decodeBytes(body, charset));
}

/**
 * Whether a body that may be JSON or a form is a form. Its letters say so: JSON that has an equals sign in it begins
 * with a brace, a bracket or a quote, which are escaped in every form.
 */
export function isFormBody(body: Buffer): boolean {
  for (const byte of stripMark(body)) {
    if (!BLANKS.includes(byte)) return !JSON_STARTS.includes(byte) && body.includes('=');
  }
  return false;
}

/** Whether the Content-Type says that the body is a form. */
function isFormType({ headers }: HeaderSource): boolean {
  const type = headers['content-type'];
  return typeof type === 'string' && FORM_TYPE.test(type);
}

/**
 * Whether the Content-Type contradicts the bytes of a body that may be JSON or a form. It cannot choose how they are
 * read; a delivery that is called something else than it is did not come from its sender like this.
 */
export function contradictsType({ provider }: BodyReader, source: HeaderSource, body: Buffer): boolean {
  if (provider.content !== 'json-or-form' || body.length === 0) return false;
  const type = source.headers['content-type'];
  const isJsonType = typeof type === 'string' && JSON_TYPE.test(type);
  return isFormBody(body) ? isJsonType : isFormType(source);
}

/**
 * Whether the Content-Type names a charset by which the body would read otherwise. The header is not signed, so it
 * cannot be followed; but bytes that their sender calls something else are not read as if nothing were wrong either.
 * JSON is UTF-8 whatever it says (RFC 8259 sections 8.1 and 11), so there it only explains why the bytes are none.
 */
export function namesOtherCharset(compiled: BodyReader, { headers }: HeaderSource, body: Buffer): boolean {
  const { provider, charset } = compiled;
  const label = readCharsetLabel(headers['content-type']);
  if (label === undefined || provider.content === 'raw' || body.length === 0) return false;
  const isOfForm = isForm(provider, body);
  if (provider.content !== 'text' && !isOfForm && parsePayload(compiled, body) !== undefined) return false;
  const bytes = isOfForm ? unescapeForm(body.toString('latin1')) : body;
  const named = findCharset(label);
  if (named === undefined) return bytes.some((byte) => byte === 0 || byte > 0x7f);
  return named !== charset && decodeBytes(bytes, named) !== decodeBytes(bytes, charset);
}

function isForm({ content }: BodyReader['provider'], body: Buffer): boolean {
  return content === 'form' || (content === 'json-or-form' && isFormBody(body));
}

function readForm(provider: BodyReader['provider'], body: Buffer, charset: string): ParsedPayload {
  const { formField, formFieldOptional = false, multipartForm = false, nestedForm = false } = provider;
  const isInParts = multipartForm && isMultipart(body);
  const fields = isInParts ? parseMultipart(body, charset) : parseForm(body, charset);
  if (fields === undefined) return undefined;
  if (formField !== undefined) {
    const [text] = Object.hasOwn(fields, formField) ? [fields[formField]].flat() : [];
    if (text !== undefined || !formFieldOptional) return parseJson(text);
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
