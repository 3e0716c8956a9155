import { decodeBase64Url } from '../../core/encoding';

/** The algorithms of JSON Web Algorithms (RFC 7518) and RFC 8037 that webhooks are signed with. */
export type JwtAlgorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA';

/** The header of a token; nothing of it is authentic before the signature is verified. */
export interface TokenHeader {
  readonly alg: JwtAlgorithm;
  /** The id of the key; empty where it names none. */
  readonly kid: string;
  /** Whether the payload is signed as it is and not as base64url (RFC 7797). */
  readonly isPlain: boolean;
  /** All of it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A token in its parts, as they were received. */
export interface Token {
  readonly header: TokenHeader;
  readonly protected: string;
  readonly payload: string;
  readonly signature: string;
}

type Fields = Readonly<Record<string, unknown>>;

const MAX_KID_LENGTH = 256;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A token in compact form (RFC 7515, section 7.1) by one of the algorithms, or `undefined`. One that is detached has an
 * empty payload, any other has none that is.
 */
export function readToken(
  text: string,
  algorithms: readonly JwtAlgorithm[],
  isDetached: boolean,
): Token | undefined {
  const [first, last] = [text.indexOf('.'), text.lastIndexOf('.')];
  const [start, payload, signature] = [
    text.slice(0, first),
    text.slice(first + 1, last),
    text.slice(last + 1),
  ];
  // A dot in the payload is not of its alphabet.
  const isWhole = isBase64Url(signature) && (isDetached ? payload === '' : isBase64Url(payload));
  if (first === last || !isWhole) return undefined;
  const fields = parseFields(decodeBase64Url(start));
  const header = fields && readTokenHeader(fields, algorithms, isDetached);
  return header && { header, protected: start, payload, signature };
}

/** The fields of a JSON object in strict UTF-8, or `undefined`. */
export function parseFields(bytes: Buffer | undefined): Fields | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(UTF8.decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

function isBase64Url(text: string): boolean {
  return decodeBase64Url(text) !== undefined;
}

function readTokenHeader(
  fields: Fields,
  algorithms: readonly JwtAlgorithm[],
  isDetached: boolean,
): TokenHeader | undefined {
  const alg = algorithms.find((known) => known === fields.alg);
  const { kid = '', crit } = fields;
  // The only extension that is known, and it must be named as one (RFC 7797, section 6).
  const isPlain = Array.isArray(crit) && crit.length === 1 && crit[0] === 'b64' && fields.b64 === false;
  const isKnown = isPlain ? isDetached : crit === undefined && fields.b64 === undefined;
  if (alg === undefined || !isKnown || typeof kid !== 'string' || kid.length > MAX_KID_LENGTH) {
    return undefined;
  }
  return { alg, kid, isPlain, fields };
}
