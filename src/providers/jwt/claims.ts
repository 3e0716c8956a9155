import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Delivery } from '../../core/delivery';
import { decodeText } from '../../core/encoding';

/** The claims of a token (RFC 7519). */
export type Claims = Readonly<Record<string, unknown>>;

/**
 * The value that a claim must have: a constant or one of several; `of: 'url'` is the address, by the option
 * `publicUrl`; `of: 'owner'` is the part of the secret that says whose the token is. A claim of two names (`'azp|appid'`)
 * is the first of them that the token has.
 */
export type ClaimValue =
  | string
  | boolean
  | readonly string[]
  | {
      readonly of: 'url' | 'owner';
      /** The values that the address or the owner stands for. @default itself */
      readonly list?: ((text: string) => readonly string[]) | undefined;
    };

/** A claim that holds the SHA-256 of the body, of the address, or of a text that a function makes of a delivery. */
export interface ClaimDigest {
  readonly claim: string;
  readonly of: 'body' | 'url' | ((delivery: Delivery) => string);
  readonly encoding: 'hex' | 'base64' | 'base64url';
  /** Whether the claim may be missing where the body is empty. */
  readonly unlessEmpty?: boolean | undefined;
}

/** The rules for the claims of a sender's tokens. */
export interface ClaimRules {
  readonly claims: Readonly<Record<string, ClaimValue>>;
  readonly digests: readonly ClaimDigest[];
  /** Whether every token has an end (`exp`). */
  readonly expires: boolean;
  /** Whether every token says when it was issued (`iat`), which must be inside the window. */
  readonly issued: boolean;
}

/** The delivery that came with a token, and whose it must be. */
export interface ClaimContext {
  readonly delivery: Delivery;
  readonly owner: string;
  readonly now: number;
}

// The clocks of sender and receiver differ, by a minute at most.
const LEEWAY_MS = 60_000;
const LIFETIME_SECONDS = 300;

/** Whether the claims have the values that they must have; the times are `readIssued`'s. */
export function matchClaims({ claims, digests }: ClaimRules, given: Claims, context: ClaimContext): boolean {
  return (
    Object.entries(claims).every(([name, wanted]) =>
      matchValue(findClaim(given, name), listValues(wanted, context)),
    ) && digests.every((digest) => matchDigest(digest, given, context.delivery))
  );
}

/**
 * When a token was issued, in milliseconds, for a sender whose tokens are taken by their age; `undefined` for any
 * other; `NaN` where its times say that it must not be taken now, or are no times.
 */
export function readIssued({ expires, issued }: ClaimRules, given: Claims, now: number): number | undefined {
  const ends = readTime(given.exp, expires ? NaN : Infinity);
  const begins = readTime(given.nbf, -Infinity);
  const at = readTime(given.iat, issued ? NaN : -Infinity);
  // Written so that NaN refuses.
  const isNow = now <= ends + LEEWAY_MS && now >= begins - LEEWAY_MS && now >= at - LEEWAY_MS;
  if (!isNow) return NaN;
  return issued ? at : undefined;
}

/** Claims that a sender would write, behind those that the caller gives. */
export function writeClaims(
  rules: ClaimRules,
  given: Claims,
  { delivery, owner, now }: ClaimContext,
): Claims {
  const seconds = Math.floor(now / 1000);
  const values = Object.entries(rules.claims).map(([name, wanted]) => {
    const [value] = listValues(wanted, { delivery, owner });
    return [name.replace(/\|.*/, ''), value] as const;
  });
  const digests = rules.digests.map(
    ({ claim, of, encoding }) => [claim, computeDigest(of, delivery).toString(encoding)] as const,
  );
  return {
    ...Object.fromEntries([...values, ...digests]),
    iat: seconds,
    ...(rules.expires && { nbf: seconds, exp: seconds + LIFETIME_SECONDS }),
    jti: randomUUID(),
    ...given,
  };
}

function listValues(
  wanted: ClaimValue,
  { delivery, owner }: Pick<ClaimContext, 'delivery' | 'owner'>,
): readonly unknown[] {
  if (typeof wanted !== 'object') return [wanted];
  if (!('of' in wanted)) return wanted;
  const text = wanted.of === 'url' ? delivery.url : owner;
  return wanted.list?.(text) ?? [text];
}

function listNames(name: string): readonly string[] {
  return name.split('|');
}

function findClaim(given: Claims, name: string): unknown {
  return listNames(name).flatMap((one) => (Object.hasOwn(given, one) ? [given[one]] : []))[0];
}

// An audience can be a list (RFC 7519, section 4.1.3).
function matchValue(given: unknown, wanted: readonly unknown[]): boolean {
  return [given].flat().some((value) => wanted.includes(value));
}

function matchDigest(
  { claim, of, encoding, unlessEmpty = false }: ClaimDigest,
  given: Claims,
  delivery: Delivery,
): boolean {
  const text = given[claim];
  if (text === undefined) return unlessEmpty && delivery.body.length === 0;
  if (typeof text !== 'string') return false;
  // Upstash pads what has no padding by RFC 4648.
  const claimed = decodeText(encoding === 'base64url' ? text.replace(/={1,2}$/, '') : text, encoding);
  return claimed?.length === 32 && timingSafeEqual(claimed, computeDigest(of, delivery));
}

function computeDigest(of: ClaimDigest['of'], delivery: Delivery): Buffer {
  const text = typeof of === 'function' ? of(delivery) : delivery[of];
  return createHash('sha256').update(text).digest();
}

/** Milliseconds of a NumericDate (RFC 7519, section 2); `NaN` for what is none. */
function readTime(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  return typeof value === 'number' ? value * 1000 : NaN;
}
