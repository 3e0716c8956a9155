import type { WebhookErrorCode } from '../errors';
import { listAddresses, writeAddress } from './address';
import { MAX_HEADER_LENGTH, readHeader, readSignatures, type HeaderSource } from './headers';
import { valueAt, type SignedFacts } from './event-and-id';
import { parsePayload } from './payload';
import type { Plan } from './compiled-provider';
import { isInUse, makeDummySecret, type PreparedSecret } from './secrets';
import type { SignedContent } from './signature';
import { parseTimestamp } from './timestamp';

/** What the headers claim, checked as far as it can be without the body. */
export interface Claims {
  readonly plan: Plan;
  readonly signatures: readonly Buffer[];
  readonly timestampText: string;
  readonly timestamp: number | undefined;
  readonly id: string;
}

/** What the signature is made over, beside the claims. */
export interface SignedRequest {
  readonly method: string;
  /** The address as the sender knows it; needed only where the scheme signs it. */
  readonly url: string;
  readonly body: Buffer;
}

/** The secret that matches, and the content that it has signed. */
interface Match {
  readonly secret: PreparedSecret;
  readonly content: SignedContent;
}

/** A delivery that is authentic. */
export interface Verdict {
  readonly claims: Claims;
  /** The secret that matched. */
  readonly secret: PreparedSecret;
  readonly timestamp: number | undefined;
  readonly covers: SignedFacts;
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
export function readClaims(plan: Plan, source: HeaderSource): Claims | WebhookErrorCode {
  if (plan.custom !== undefined) return readCustomClaims(plan, source);
  const header = readHeader(source, plan.signatureHeaders);
  const fields = typeof header === 'string' ? readSignatures(plan, header) : undefined;
  if (fields === undefined) return 'ERR_WEBHOOK_HEADER';

  const id = plan.coversId ? readHeader(source, plan.idHeaders) : '';
  if (typeof id !== 'string' || (plan.coversId && !isSignedId(plan, id))) return 'ERR_WEBHOOK_HEADER';

  const { timestamp } = plan.provider;
  if (timestamp === undefined || timestamp.body !== undefined) {
    return { plan, signatures: fields.signatures, timestampText: '', timestamp: undefined, id };
  }
  const text = fields.timestamp ?? readHeader(source, plan.timestampHeaders);
  const time = typeof text === 'string' ? parseTimestamp(text, timestamp.unit) : NaN;
  if (typeof text !== 'string' || Number.isNaN(time)) return 'ERR_WEBHOOK_HEADER';
  return { plan, signatures: fields.signatures, timestampText: text, timestamp: time, id };
}

/**
 * The second stage: the judgement over the bytes, with every secret that is valid at `now`. Where there is none,
 * a dummy is computed, so that it takes as long.
 */
export function judge(
  claims: Claims,
  secrets: readonly PreparedSecret[],
  request: SignedRequest,
  now: number,
  toleranceMs: number,
): Verdict | WebhookErrorCode {
  const { plan } = claims;
  const match = (url: string): Match | undefined => {
    const content = signedContent(plan, { ...request, url }, claims.timestampText, claims.id);
    const secret = findMatch(plan, secrets, content, claims.signatures, now);
    return secret && { secret, content };
  };
  const matched = plan.coversUrl
    ? firstMatch(listAddresses(plan.provider, request.url), match)
    : match(request.url);
  if (matched === undefined || isChallenge(plan, matched.content)) return 'ERR_WEBHOOK_SIGNATURE';
  if (plan.restsOnBody && !showsBorders(plan, request.body, matched.content)) return 'ERR_WEBHOOK_PAYLOAD';

  const timestamp = claims.timestamp ?? bodyTimestamp(plan, request.body);
  if (Number.isNaN(timestamp)) return 'ERR_WEBHOOK_HEADER';
  if (!isFresh(timestamp, now, toleranceMs)) return 'ERR_WEBHOOK_TIMESTAMP';
  const covers = { body: plan.coversBody, id: claims.id, request: coveredRequest(plan, request) };
  return { claims, secret: matched.secret, timestamp, covers };
}

/**
 * The secret that matches. Where there is none, every one in use was tried, or a dummy: by the same lines, so that the
 * time does not tell which.
 */
function findMatch(
  plan: Plan,
  secrets: readonly PreparedSecret[],
  content: SignedContent,
  signatures: readonly Buffer[],
  now: number,
): PreparedSecret | undefined {
  const dummies = dummiesOf(plan);
  const listed = secrets.length === 0 ? dummies : secrets;
  // Both are looked at, whatever the first says: that one was seen before is worth some nanoseconds.
  const isListUsable = hasInUse(listed, now);
  const candidates = hasInUse(dummies, now) && !isListUsable ? dummies : listed;
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

// To the end of the list whatever it finds: to leave it sooner is seen in time.
function hasInUse(secrets: readonly PreparedSecret[], now: number): boolean {
  let found = 0;
  for (const secret of secrets) found += Number(isInUse(secret, now));
  return found > 0;
}

// Of a scheme that is code only this is known beforehand: which headers must be there.
function readCustomClaims(plan: Plan, source: HeaderSource): Claims | WebhookErrorCode {
  const missing = plan.signatureHeaders.some((name) => typeof readHeader(source, [name]) !== 'string');
  if (missing) return 'ERR_WEBHOOK_HEADER';
  return { plan, signatures: [], timestampText: '', timestamp: undefined, id: '' };
}

/** The content that the signature covers, put together from the received text. */
export function signedContent(
  plan: Plan,
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
    before: fill(plan.before),
    body: plan.coversBody ? request.body : undefined,
    after: fill(plan.after),
  };
}

function firstMatch(urls: readonly string[], match: (url: string) => Match | undefined): Match | undefined {
  for (const url of urls) {
    const matched = match(url);
    if (matched !== undefined) return matched;
  }
  return undefined;
}

/** Method and address, where the signature covers them: they tell deliveries apart that are else alike. */
function coveredRequest({ provider, coversUrl }: Plan, { method, url }: SignedRequest): string {
  return (
    (provider.signed.includes('{method}') ? method : '') + (coversUrl ? writeAddress(provider, url) : '')
  );
}

/** Whether strangers can have the HMAC of this content, as the answer to a handshake. */
function isChallenge({ challenges }: Plan, { before, body = EMPTY, after }: SignedContent): boolean {
  if (challenges.length === 0) return false;
  const text = before + body.toString('latin1') + after;
  return challenges.some((pattern) => pattern.test(text));
}

/**
 * Whether the parts around the body are known, where they have no other border: no end of a JSON object or list is one
 * itself, so text cannot move into the body or out of it. An empty body has no border, so no other may be beside it.
 */
function showsBorders(plan: Plan, body: Buffer, { before, after }: SignedContent): boolean {
  if (body.length === 0) return !/[}\]]$/.test(before) && !/^[{[]/.test(after);
  const value = parsePayload(plan, body)?.value;
  return typeof value === 'object' && value !== null;
}

/**
 * Whether a time in milliseconds is inside the window, its edges included. Written so that NaN is refused. A scheme
 * without a timestamp has no window.
 */
export function isFresh(timestamp: number | undefined, now: number, toleranceMs: number): boolean {
  return timestamp === undefined || Math.abs(now - timestamp) <= toleranceMs;
}

/** Milliseconds on each side of now. */
export function toleranceOf({ provider }: Plan, toleranceSeconds: number | undefined): number {
  return (toleranceSeconds ?? provider.timestamp?.toleranceSeconds ?? 0) * 1000;
}

/** Whether an id may stand in signed content: of its fixed length, and the separator behind it must be the first. */
export function isSignedId({ idSeparator, idLength }: Plan, id: string): boolean {
  const { length } = id;
  if (length > MAX_HEADER_LENGTH || !SIGNED_ID.test(id) || length !== (idLength ?? length)) return false;
  return idSeparator === '' || (id + idSeparator).indexOf(idSeparator) === length;
}

/** The time in a body, `NaN` where it is none; only ever asked for bytes that are authentic. */
export function bodyTimestamp(plan: Plan, body: Buffer): number | undefined {
  const { timestamp } = plan.provider;
  if (timestamp?.body === undefined) return undefined;
  const value = valueAt(parsePayload(plan, body)?.value, timestamp.body);
  if (typeof value !== 'number' && typeof value !== 'string') return NaN;
  return parseTimestamp(String(value), timestamp.unit);
}

/**
 * Dummy secrets that are tried where none is in use, so that both cases take the same time. Empty for a scheme that is
 * code and whose `readSecret` takes no dummy.
 */
export function dummiesOf(plan: Plan): readonly PreparedSecret[] {
  plan.dummies ??= makeDummies(plan);
  return plan.dummies;
}

function makeDummies({ provider }: Plan): readonly PreparedSecret[] {
  try {
    return [makeDummySecret(provider)];
  } catch {
    return [];
  }
}
