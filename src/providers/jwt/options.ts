import type { KeyObject } from 'node:crypto';
import type { Awaitable } from '../../awaitable';
import type { Delivery } from '../../core/delivery';
import type { CustomProviderDefinition } from '../../core/custom-scheme';
import { COMMON_CHECKS } from '../../core/provider-checks';
import {
  A_BOOLEAN,
  A_FUNCTION,
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  describe,
  numberBetween,
  required,
  type OptionCheck,
  type OptionChecks,
} from '../../options';
import type { ClaimDigest, Claims, ClaimValue } from './claims';
import type { JwtAlgorithm, TokenHeader } from './token';

type Shared =
  | 'guessable'
  | 'headers'
  | 'makeDummySecret'
  | 'read'
  | 'readSecret'
  | 'readSigningSecret'
  | 'sign'
  | 'signBody'
  | 'signsUrl'
  | 'verify';

/** Finds the public key of a token; `undefined` where there certainly is none. What it throws is answered 503. */
export type FindKey = (header: TokenHeader, owner: string) => Awaitable<KeyObject | undefined>;

/** The text that a detached token signs; `undefined` where the delivery cannot have been signed. */
export type WriteContent = (delivery: Delivery, header: TokenHeader) => Buffer | undefined;

/** The description of a sender of JSON Web Tokens (RFC 7519, RFC 7515), beside what every provider has. */
export interface JwtProviderOptions extends Omit<CustomProviderDefinition, Shared> {
  /** Where the token is: a header, with the text in front of it, or the body as a whole. */
  readonly token: { readonly header: string; readonly prefix?: string | undefined } | 'body';
  /** The algorithms that the sender uses, and no others. Shared secrets (`HS256`) never go with public keys. */
  readonly algorithms: readonly [JwtAlgorithm, ...JwtAlgorithm[]];
  /**
   * Finds the key that a token names. The option `secret` then says whose tokens are taken: it is the owner in `claims`.
   * @default the option `secret` is the key: a shared secret, or a public key as PEM, base64 or JSON Web Key
   */
  readonly keys?: FindKey | undefined;
  /** How an owner is written. With a shared secret it stands in front of that, with a colon between them. */
  readonly owner?: { readonly pattern: RegExp; readonly example: string } | undefined;
  /** The token has no payload of its own: it signs the body, or the text that a function makes. @default false */
  readonly detached?: true | WriteContent | undefined;
  /** Claims and the values that they must have. @default none */
  readonly claims?: Readonly<Record<string, ClaimValue>> | undefined;
  /** Claims that hold the SHA-256 of the body or of the address. @default none: the body is not signed */
  readonly digests?: readonly ClaimDigest[] | undefined;
  /** Whether every token has an end (`exp`); where a token has one it counts in any case. @default false */
  readonly expires?: boolean | undefined;
  /** Whether `iat` must be inside the window. @default false: it must only not be in the future */
  readonly issued?: boolean | undefined;
  /** The claim that holds the id of the delivery: `'jti'`. @default none */
  readonly idClaim?: string | undefined;
  /** Makes the payload of the claims, where the body is the token. @default the claims */
  readonly readPayload?: ((claims: Claims) => Claims | undefined) | undefined;
  /** More fields of the header of a token, for `sign()`. */
  readonly signHeader?: Readonly<Record<string, unknown>> | undefined;
}

const ALGORITHMS: readonly JwtAlgorithm[] = [
  ...(['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512'] as const),
  ...(['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const),
];

const A_RULE: OptionCheck = {
  accepts: (value) =>
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')) ||
    (AN_OBJECT.accepts(value) && ['url', 'owner'].includes(String((value as { of?: unknown }).of))),
  expects: "a text, true or false, a list of texts, { of: 'url' } or { of: 'owner' }",
};

const DIGEST_CHECKS: OptionChecks = {
  claim: required(A_TEXT),
  of: required({
    accepts: (value) => value === 'body' || value === 'url' || A_FUNCTION.accepts(value),
    expects: "'body' or 'url', or a function",
  }),
  encoding: required({
    accepts: (value) => ['hex', 'base64', 'base64url'].includes(String(value)),
    expects: "'hex', 'base64' or 'base64url'",
  }),
  unlessEmpty: A_BOOLEAN,
};

const PLACE_CHECKS: OptionChecks = { header: required(A_TEXT), prefix: A_TEXT };
const OWNER_CHECKS: OptionChecks = {
  pattern: required({ accepts: (value) => value instanceof RegExp, expects: 'a regular expression' }),
  example: required(A_TEXT),
};

const A_LIST: OptionCheck = { accepts: (value) => Array.isArray(value), expects: 'a list' };

/** The checks of what a sender of tokens has beside what every provider has. */
export const TOKEN_CHECKS: OptionChecks = {
  token: required({
    accepts: (value) => value === 'body' || AN_OBJECT.accepts(value),
    expects: "{ header: 'X-Signature' } or 'body'",
  }),
  algorithms: required({
    accepts: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((one) => ALGORITHMS.some((known) => known === one)),
    expects: `a list of ${ALGORITHMS.join(', ')}`,
  }),
  keys: A_FUNCTION,
  owner: AN_OBJECT,
  detached: {
    accepts: (value) => value === true || A_FUNCTION.accepts(value),
    expects: 'true or a function',
  },
  claims: AN_OBJECT,
  digests: A_LIST,
  expires: A_BOOLEAN,
  issued: A_BOOLEAN,
  idClaim: A_TEXT,
  readPayload: A_FUNCTION,
  signHeader: AN_OBJECT,
};

const CHECKS: OptionChecks = {
  ...COMMON_CHECKS,
  about: AN_OBJECT,
  toleranceSeconds: numberBetween(1, 86_400, 'seconds'),
  ...TOKEN_CHECKS,
};

/** Checks the options of a provider of tokens. Throws a `TypeError` that names what is wrong, and how to mend it. */
export function checkJwtOptions(options: JwtProviderOptions): JwtProviderOptions {
  const checked = checkOptions('makeJwtProvider()', options, CHECKS);
  const where = `makeJwtProvider('${checked.name}')`;
  const { token, algorithms, claims = {}, digests = [], owner, keys, detached } = checked;
  if (token !== 'body') checkOptions(`${where} token`, token, PLACE_CHECKS);
  if (owner !== undefined) checkOptions(`${where} owner`, owner, OWNER_CHECKS);
  for (const [name, rule] of Object.entries(claims)) {
    checkOptions(`${where} claims`, { [name]: rule }, { [name]: A_RULE });
  }
  for (const digest of digests) checkOptions(`${where} digests`, digest, DIGEST_CHECKS);
  const shared = algorithms.filter((name) => name.startsWith('HS'));
  if (shared.length > 0 && (shared.length < algorithms.length || keys !== undefined)) {
    throw new TypeError(
      `${where}: "algorithms" mixes a shared secret with public keys, got ${describe(algorithms)}: with a public key ` +
        'for a secret anyone could sign. Make a provider of each kind',
    );
  }
  const needsOwner = Object.values(claims).some(
    (rule) => typeof rule === 'object' && 'of' in rule && rule.of === 'owner',
  );
  if (needsOwner && owner === undefined) {
    throw new TypeError(`${where}: a claim of the owner needs "owner", which says how the secret names one`);
  }
  if (detached !== undefined && (token === 'body' || Object.keys(claims).length > 0 || digests.length > 0)) {
    throw new TypeError(`${where}: a "detached" token is in a header and has neither "claims" nor "digests"`);
  }
  return checked;
}
