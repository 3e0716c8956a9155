import { createHash } from 'node:crypto';
import { valueAt } from './event-and-id';
import { readHeader, type HeaderSource } from './headers';
import type { ComputedDefinition, FieldDefinition, HandshakeDefinition } from './handshake-definition';
import { readPairs } from './handshake-body';

/** A field of a request, where it is there once and holds what it may. */
export type FieldReader = (name: string) => string | undefined;

/** The values that answers are computed with, beside the fields of the request. */
export interface AnswerKeys {
  /** The HMAC of a text, where there is a secret. */
  readonly hmac: ((text: string) => Buffer) | undefined;
  readonly verifyToken: string | undefined;
  /** The address by `publicUrl`, without its query. */
  readonly url: string;
}

/** The most that a stranger can have read of a body before it is known as a handshake. */
export const MAX_HANDSHAKE_BYTES = 4096;
const MAX_ECHO_LENGTH = 4096;
const HEADER = 'header:';
const ENTRY = '[].';
const REFERENCE = /^\{(hmac )?(.+)\}$/;
const FORM_TYPE = /^application\/x-www-form-urlencoded(?:\s*;|$)/i;
const JSON_TYPE = /^application\/json(?:\s*;|$)/i;
// Not fields, but what the receiver adds.
const OWN_NAMES = ['verifyToken', 'url'];

const ALPHABETS: Readonly<Record<FieldDefinition['alphabet'], string>> = {
  digits: '0-9',
  hex: '0-9a-fA-F',
  uuid: '0-9a-fA-F\\-',
  base64: '0-9a-zA-Z+/=',
  base64url: '0-9a-zA-Z_\\-',
  token: '0-9a-zA-Z_=+/.\\-',
  visible: '\\x21-\\x7e',
  text: '\\x20-\\x7e',
};
const VISIBLE: FieldDefinition = { alphabet: 'visible', length: [1, 512] };
// Microsoft Graph sends a sentence, with spaces.
const SENTENCE: FieldDefinition = { alphabet: 'text', length: [1, 512] };

/** The parts of an answer, field by field: texts to echo or to tell, and the references and computed values of its JSON. */
function readValues({
  echo,
  secret,
  headers = {},
  json = {},
}: HandshakeDefinition['answer']): readonly unknown[] {
  const told = [echo, secret]
    .filter((name) => name !== undefined)
    .map((name) => (isComputed(name) ? name : `{${name}}`));
  return [...told, ...Object.values(headers), ...Object.values(json)];
}

/** The fields that an answer repeats or is computed over. */
export function readFields({ answer }: HandshakeDefinition): readonly string[] {
  return readValues(answer).flatMap((value) => {
    const parts = isComputed(value) ? value.of : [value];
    return parts.flatMap((part) => fieldIn(String(part)) ?? []);
  });
}

/** The values of an answer that are computed, `'{hmac field}'` among them. */
export function computeAnswer({ answer }: HandshakeDefinition): readonly ComputedDefinition[] {
  return readValues(answer).flatMap((value) => {
    if (isComputed(value)) return [value];
    const [, hmac, field] = REFERENCE.exec(String(value)) ?? [];
    return hmac === undefined ? [] : [{ digest: 'hmac', of: [`{${field}}`], encoding: 'hex' }];
  });
}

function isComputed(value: unknown): value is ComputedDefinition {
  return typeof value === 'object' && value !== null;
}

/** The field that a part of a computed content stands for; `undefined` where it is a literal, or the receiver's own. */
export function fieldIn(part: string): string | undefined {
  const name = REFERENCE.exec(part)?.[2];
  return name === undefined || OWN_NAMES.includes(name) ? undefined : name;
}

/**
 * The texts whose HMAC strangers can ask for. Such a text is never taken for the signed content of a delivery, whose
 * signature that HMAC would be.
 */
export function challengePatterns(handshakes: readonly HandshakeDefinition[] = []): readonly RegExp[] {
  return handshakes
    .filter(({ when }) => when.method !== undefined)
    .flatMap((handshake) =>
      computeAnswer(handshake)
        .filter(({ digest }) => digest === 'hmac')
        .map(({ of }) => {
          const parts = of.map((part) => {
            const name = fieldIn(part);
            return name === undefined
              ? part.replace(/[^A-Za-z0-9]/g, '\\$&')
              : source(ruleFor(handshake, name));
          });
          return new RegExp(`^${parts.join('')}$`);
        }),
    );
}

/** Whether a field of a handshake is a header of its request. */
export function isHeader(name: string): boolean {
  return name.startsWith(HEADER);
}

function readHeaderField(headers: HeaderSource, name: string): string | null | undefined {
  return readHeader(headers, [name.slice(HEADER.length).toLowerCase()]);
}

/** The texts that a field of an unsigned request may hold. */
function ruleFor({ fields = {}, when }: HandshakeDefinition, name: string): FieldDefinition {
  const isSentence = when.method === 'POST' && when.only === undefined;
  return (Object.hasOwn(fields, name) ? fields[name] : undefined) ?? (isSentence ? SENTENCE : VISIBLE);
}

function source({ alphabet, length }: FieldDefinition): string {
  const [least, most] = typeof length === 'number' ? [length, length] : length;
  return `[${ALPHABETS[alphabet]}]{${least},${most}}`;
}

/** Whether an unsigned request by POST may be a handshake that is known by its body. */
export function isKnownByBody({ when }: HandshakeDefinition): boolean {
  return when.method === 'POST' && when.only !== undefined;
}

/** Reads the fields of an unsigned request, as far as they hold what the sender sends. */
export function unsignedFields(
  handshake: HandshakeDefinition,
  headers: HeaderSource,
  query: URLSearchParams,
  payload: unknown,
): FieldReader {
  const read = (name: string): unknown => {
    if (isHeader(name)) return readHeaderField(headers, name);
    if (isKnownByBody(handshake)) return valueAt(payload, name);
    const [value, ...more] = query.getAll(name);
    return more.length === 0 ? value : undefined;
  };
  return (name) => hold(read(name), ruleFor(handshake, name));
}

/** A value that holds what its rule says, and no other. */
function hold(value: unknown, rule: FieldDefinition): string | undefined {
  return typeof value === 'string' && new RegExp(`^${source(rule)}$`).test(value) ? value : undefined;
}

/**
 * The payload of a handshake that its body tells: a form, a JSON object, or a list of one, that has exactly the fields
 * that it must.
 */
export function handshakePayload(
  { when }: HandshakeDefinition,
  { headers }: HeaderSource,
  body: Buffer,
): unknown {
  const { content, only } = when;
  if (only === undefined || body.length > MAX_HANDSHAKE_BYTES) return undefined;
  if (body.length === 0) return only.length === 0 ? {} : undefined;
  const isForm = content === 'form';
  if (!(isForm ? FORM_TYPE : JSON_TYPE).test(String(headers['content-type']))) return undefined;
  const isList = only.some((name) => name.startsWith(ENTRY));
  const pairs = isForm ? [...new URLSearchParams(body.toString('latin1'))] : readPairs(body, isList);
  const isExact =
    pairs?.length === only.length &&
    only.every((name) => pairs.some(([other]) => (isList ? ENTRY : '') + other === name));
  if (!isExact) return undefined;
  return isList ? [Object.fromEntries(pairs)] : Object.fromEntries(pairs);
}

/** The fields of a signed payload, and headers of its request, which are not signed. */
export function computeFields(payload: unknown, headers: HeaderSource): FieldReader {
  return (path) => {
    if (isHeader(path)) return hold(readHeaderField(headers, path), VISIBLE);
    const value = valueAt(payload, path);
    return typeof value === 'string' && value.length <= MAX_ECHO_LENGTH ? value : undefined;
  };
}

/** The text of an answer; `undefined` where a field or a key is missing, because half an answer would be a wrong one. */
export function makeAnswer(
  { echo, json }: HandshakeDefinition['answer'],
  read: FieldReader,
  keys: AnswerKeys,
): string | undefined {
  if (json === undefined) {
    if (isComputed(echo)) return compute(echo, read, keys);
    return echo === undefined ? '' : read(echo);
  }
  const fields = Object.entries(json).map(([name, value]) => [name, fill(value, read, keys)] as const);
  const isWhole = fields.every(([, value]) => value !== undefined);
  return isWhole ? JSON.stringify(Object.fromEntries(fields)) : undefined;
}

/** The headers of an answer; `undefined` where a field is missing. */
export function makeAnswerHeaders(
  { headers = {} }: HandshakeDefinition['answer'],
  read: FieldReader,
): Readonly<Record<string, string>> | undefined {
  const filled = Object.entries(headers).flatMap(([name, value]) => {
    const field = fieldIn(value);
    const text = field === undefined ? value : read(field);
    return text === undefined ? [] : [[name, text] as const];
  });
  return filled.length === Object.keys(headers).length ? Object.fromEntries(filled) : undefined;
}

function fill(
  value: string | number | ComputedDefinition,
  read: FieldReader,
  keys: AnswerKeys,
): string | number | undefined {
  if (isComputed(value)) return compute(value, read, keys);
  const [, hmac, name] = REFERENCE.exec(String(value)) ?? [];
  if (name === undefined) return value;
  return hmac === undefined
    ? read(name)
    : compute({ digest: 'hmac', of: [`{${name}}`], encoding: 'hex' }, read, keys);
}

function compute(
  { digest, of, encoding, prefix = '' }: ComputedDefinition,
  read: FieldReader,
  { hmac, verifyToken, url }: AnswerKeys,
): string | undefined {
  const own: Readonly<Record<string, string | undefined>> = { '{verifyToken}': verifyToken, '{url}': url };
  const parts = of.map((part) => {
    if (Object.hasOwn(own, part)) return own[part];
    const name = fieldIn(part);
    return name === undefined ? part : read(name);
  });
  if (parts.includes(undefined)) return undefined;
  const text = parts.join('');
  const bytes = digest === 'hmac' ? hmac?.(text) : createHash('sha256').update(text).digest();
  return bytes && prefix + bytes.toString(encoding);
}
