import type { WebhookErrorCode } from '../errors';
import { listAddresses, writeAddress } from './address';
import { findSignatures, MAX_HEADER_LENGTH, readHeader, type HeaderSource } from './headers';
import { valueAt, type Coverage } from './event-and-id';
import { parsePayload } from './payload';
import type { CompiledProvider } from './compiled-provider';
import { getDummies } from './dummies';
import { chooseSecrets } from './choose-secrets';
import { isInUse } from './secret-option';
import type { PreparedSecret } from './secrets';
import type { SignedContent } from './signature';
import { isFresh, parseTimestamp } from './timestamp';

/** The values of the signature headers, checked as far as possible without the body. */
export interface ParsedSignature {
  readonly compiled: CompiledProvider;
  readonly signatures: readonly Buffer[];
  readonly timestampText: string;
  readonly timestamp: number | undefined;
  readonly id: string;
}

/** The parts of a delivery that can be signed, beside the signature headers. */
export interface SignedRequest {
  readonly method: string;
  /** The address as the sender knows it; needed only where the scheme signs it. */
  readonly url: string;
  readonly body: Buffer;
}

/** The time of a delivery, and how far from it a signed time may be. */
export interface TimeWindow {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** On each side. */
  readonly toleranceMs: number;
}

/** The secret that matches, and the content that it has signed. */
interface Match {
  readonly secret: PreparedSecret;
  readonly content: SignedContent;
}

/** A delivery that is authentic. */
export interface Verdict {
  readonly parsedSignature: ParsedSignature;
  /** The secret that matched. */
  readonly secret: PreparedSecret;
  readonly timestamp: number | undefined;
  readonly covers: Coverage;
  /** The content that was signed; empty where a function has verified it. */
  readonly content: SignedContent;
}

// Where the match was, of several secrets: to try it first saves a computation for each that stands before it. Several
// signatures can be of several secrets, of which the first in the list is named.
const lastMatches = new WeakMap<readonly PreparedSecret[], number>();

const EMPTY = Buffer.alloc(0);

// Visible ASCII: what an id in signed content may be made of.
const SIGNED_ID = /^[\x21-\x7e]+$/;

/**
 * The first stage: the syntax of the headers, before the body is read. Whether the timestamp is fresh is `isFresh`'s.
 */
export function parseSignatureHeaders(
  compiled: CompiledProvider,
  source: HeaderSource,
): ParsedSignature | WebhookErrorCode {
  if (compiled.custom !== undefined) return findCustomHeaders(compiled, source);
  const fields = findSignatures(compiled, source);
  if (fields === undefined) return 'ERR_WEBHOOK_HEADER';

  const id = compiled.coversId ? readHeader(source, compiled.idHeaders) : '';
  if (typeof id !== 'string' || (compiled.coversId && !isSignedId(compiled, id))) return 'ERR_WEBHOOK_HEADER';

  const { timestamp } = compiled.provider;
  if (timestamp === undefined || timestamp.body !== undefined) {
    return { compiled, signatures: fields.signatures, timestampText: '', timestamp: undefined, id };
  }
  const text = fields.timestamp ?? readHeader(source, compiled.timestampHeaders);
  const time = typeof text === 'string' ? parseTimestamp(text, timestamp.unit) : NaN;
  if (typeof text !== 'string' || Number.isNaN(time)) return 'ERR_WEBHOOK_HEADER';
  return { compiled, signatures: fields.signatures, timestampText: text, timestamp: time, id };
}

/**
 * The second stage: authentication of the bytes, with every secret that is valid at `now`. Where there is none,
 * a dummy is computed, so that it takes as long.
 */
export function authenticate(
  parsedSignature: ParsedSignature,
  secrets: readonly PreparedSecret[],
  request: SignedRequest,
  { now, toleranceMs }: TimeWindow,
): Verdict | WebhookErrorCode {
  const { compiled } = parsedSignature;
  const match = (signed: SignedRequest): Match | undefined => {
    const { timestampText, id } = parsedSignature;
    const content = writeSignedContent(compiled, signed, timestampText, id);
    const secret = findMatch(parsedSignature, secrets, content, now);
    return secret && { secret, content };
  };
  const matched = compiled.coversUrl
    ? findFirstMatch(listAddresses(compiled.provider, request.url), (url) => match({ ...request, url }))
    : match(request);
  if (matched === undefined || isChallenge(compiled, matched.content)) return 'ERR_WEBHOOK_SIGNATURE';
  if (compiled.restsOnBody && !showsBorders(compiled, request.body, matched.content))
    return 'ERR_WEBHOOK_PAYLOAD';

  const timestamp = parsedSignature.timestamp ?? bodyTimestamp(compiled, request.body);
  if (Number.isNaN(timestamp)) return 'ERR_WEBHOOK_HEADER';
  if (!isFresh(timestamp, now, toleranceMs)) return 'ERR_WEBHOOK_TIMESTAMP';
  const covers = {
    body: compiled.coversBody,
    id: parsedSignature.id,
    request: coveredRequest(compiled, request),
  };
  return { parsedSignature, secret: matched.secret, timestamp, covers, content: matched.content };
}

/**
 * The secret that matches. Where there is none, every one in use was tried, or a dummy: by the same lines, so that the
 * time does not tell which.
 */
function findMatch(
  { compiled, signatures }: ParsedSignature,
  secrets: readonly PreparedSecret[],
  content: SignedContent,
  now: number,
): PreparedSecret | undefined {
  const candidates = chooseSecrets(secrets, getDummies(compiled), now);
  const count = candidates.length;
  const first = count > 1 && signatures.length === 1 ? (lastMatches.get(candidates) ?? 0) : 0;
  for (let tries = 0; tries < count; tries += 1) {
    const index = (first + tries) % count;
    const secret = candidates[index];
    if (secret === undefined || !isInUse(secret, now) || !secret.check(content, signatures)) continue;
    if (count > 1) lastMatches.set(candidates, index);
    return secret;
  }
  return undefined;
}

// Of a scheme that is code only this is known beforehand: which headers must be there.
function findCustomHeaders(
  compiled: CompiledProvider,
  source: HeaderSource,
): ParsedSignature | WebhookErrorCode {
  const missing = compiled.signatureHeaders.some((name) => typeof readHeader(source, [name]) !== 'string');
  if (missing) return 'ERR_WEBHOOK_HEADER';
  return { compiled, signatures: [], timestampText: '', timestamp: undefined, id: '' };
}

/** The content that the signature covers, put together from the received text. */
export function writeSignedContent(
  compiled: CompiledProvider,
  request: SignedRequest,
  timestamp: string,
  id: string,
): SignedContent {
  const fill = (parts: readonly string[]): string => {
    let text = '';
    for (const part of parts) {
      if (part === '{timestamp}') text += timestamp;
      else if (part === '{id}') text += id;
      else if (part === '{method}') text += request.method;
      else if (part === '{url}') text += request.url;
      else text += part;
    }
    return text;
  };
  return {
    before: fill(compiled.before),
    body: compiled.coversBody ? request.body : undefined,
    after: fill(compiled.after),
    secretLast: compiled.secretLast,
  };
}

function findFirstMatch(
  urls: readonly string[],
  match: (url: string) => Match | undefined,
): Match | undefined {
  for (const url of urls) {
    const matched = match(url);
    if (matched !== undefined) return matched;
  }
  return undefined;
}

/** Method and address, where the signature covers them: they tell deliveries apart that are else alike. */
function coveredRequest({ provider, coversUrl }: CompiledProvider, { method, url }: SignedRequest): string {
  return (
    (provider.signed.includes('{method}') ? method : '') + (coversUrl ? writeAddress(provider, url) : '')
  );
}

/** Whether strangers can have the HMAC of this content, as the answer to a handshake. */
function isChallenge(
  { challenges }: CompiledProvider,
  { before, body = EMPTY, after }: SignedContent,
): boolean {
  if (challenges.length === 0) return false;
  const text = before + body.toString('latin1') + after;
  return challenges.some((pattern) => pattern.test(text));
}

/**
 * Whether the parts around the body are known, where they have no other border: no end of a JSON object or list is one
 * itself, so text cannot move into the body or out of it. An empty body has no border, so no other may be beside it.
 */
function showsBorders(compiled: CompiledProvider, body: Buffer, { before, after }: SignedContent): boolean {
  if (body.length === 0) return !/[}\]]$/.test(before) && !/^[{[]/.test(after);
  const value = parsePayload(compiled, body)?.value;
  return typeof value === 'object' && value !== null;
}

/** Milliseconds on each side of now. */
export function getToleranceMs({ provider }: CompiledProvider, toleranceSeconds: number | undefined): number {
  return (toleranceSeconds ?? provider.timestamp?.toleranceSeconds ?? 0) * 1000;
}

/** Whether an id may stand in signed content: of its fixed length, and the separator behind it must be the first. */
export function isSignedId({ idSeparator, idLength }: CompiledProvider, id: string): boolean {
  const { length } = id;
  if (length > MAX_HEADER_LENGTH || !SIGNED_ID.test(id) || length !== (idLength ?? length)) return false;
  return idSeparator === '' || (id + idSeparator).indexOf(idSeparator) === length;
}

/** The time in a body, `NaN` where it is none; only ever asked for bytes that are authentic. */
export function bodyTimestamp(compiled: CompiledProvider, body: Buffer): number | undefined {
  const { timestamp } = compiled.provider;
  if (timestamp?.body === undefined) return undefined;
  const value = valueAt(parsePayload(compiled, body)?.value, timestamp.body);
  if (typeof value !== 'number' && typeof value !== 'string') return NaN;
  return parseTimestamp(String(value), timestamp.unit);
}
