import {
  A_TEXT,
  AN_OBJECT,
  checkOptions,
  integerBetween,
  oneOf,
  required,
  type OptionChecks,
} from '../options';
import { isPlainDigest } from './signature';
import { computeAnswer, fieldIn, isHeader, readFields } from './handshakes';
import { HEADER_TEXTS, REFUSAL_STATUS, TEXTS } from './provider-checks';
import type { Algorithm } from './provider';
import type { ComputedDefinition, HandshakeDefinition } from './handshake-definition';

// Alphabets of which no JSON object or list is made.
const KEYED_ALPHABETS = ['digits', 'hex', 'uuid', 'base64', 'base64url', 'token'];

const HANDSHAKE_CHECKS: OptionChecks = {
  when: required(AN_OBJECT),
  token: A_TEXT,
  wrongToken: REFUSAL_STATUS,
  fields: AN_OBJECT,
  answer: required(AN_OBJECT),
};
const WHEN_CHECKS: OptionChecks = {
  method: oneOf('GET', 'HEAD', 'OPTIONS', 'POST'),
  query: AN_OBJECT,
  headers: HEADER_TEXTS,
  body: AN_OBJECT,
  has: A_TEXT,
  lacks: A_TEXT,
  empty: A_TEXT,
  content: oneOf('json', 'form'),
  only: {
    ...TEXTS,
    accepts: (value) => Array.isArray(value) && (value.length === 0 || TEXTS.accepts(value)),
    expects: 'a list of fields',
  },
};
const FIELD_CHECKS: OptionChecks = {
  alphabet: required(oneOf('digits', 'hex', 'uuid', 'base64', 'base64url', 'token', 'visible', 'text')),
  length: required({
    accepts: (value) => {
      const [least, most = least, ...more]: readonly unknown[] = [value].flat();
      const isLength = (one: unknown): one is number => Number.isInteger(one) && Number(one) > 0;
      return isLength(least) && isLength(most) && least <= most && most <= 4096 && more.length === 0;
    },
    expects: 'a number of characters from 1 to 4096, or the least and the most of them',
  }),
};
const COMPUTED_CHECKS: OptionChecks = {
  digest: required(oneOf('hmac', 'sha256')),
  of: required({ ...TEXTS, accepts: (value) => Array.isArray(value) && TEXTS.accepts(value) }),
  encoding: required(oneOf('hex', 'base64', 'base64url', 'utf8')),
  prefix: A_TEXT,
};
const ANSWER_CHECKS: OptionChecks = {
  status: integerBetween(200, 299, 'a status of success'),
  echo: {
    accepts: (value) => A_TEXT.accepts(value) || AN_OBJECT.accepts(value),
    expects: `${A_TEXT.expects}, or an object`,
  },
  headers: HEADER_TEXTS,
  secret: A_TEXT,
  json: AN_OBJECT,
};

/**
 * Checks one handshake of a description. Throws a `TypeError` that names what is wrong. `answers` says whether a scheme
 * that is code has a function that answers challenges.
 */
export function checkHandshake(
  where: string,
  handshake: HandshakeDefinition,
  algorithm: Algorithm,
  answers = false,
): void {
  checkOptions(where, handshake, HANDSHAKE_CHECKS);
  const { when, fields = {}, answer } = handshake;
  checkOptions(`${where} when`, when, WHEN_CHECKS);
  checkOptions(`${where} answer`, answer, ANSWER_CHECKS);
  for (const [name, field] of Object.entries(fields)) {
    checkOptions(`${where} fields "${name}"`, field, FIELD_CHECKS);
  }
  const computed = computeAnswer(handshake);
  for (const value of computed) checkOptions(`${where} answer json`, value, COMPUTED_CHECKS);
  const fault =
    faultOfKind(handshake) ??
    computed.map((value) => faultOfDigest(value, algorithm, answers)).find(Boolean) ??
    computed.map((value) => faultOfComputed(handshake, value, algorithm)).find(Boolean);
  if (fault !== undefined) throw new TypeError(`${where}: ${fault}`);
}

/** Finds the fault in how the request is known. */
function faultOfKind(handshake: HandshakeDefinition): string | undefined {
  const { when, token, fields } = handshake;
  const { method, query, content, only, headers } = when;
  if (Object.values(handshake.answer.headers ?? {}).some((value) => value.startsWith('{hmac '))) {
    return '"headers" of an answer hold texts and fields, nothing that is computed';
  }
  if (handshake.wrongToken !== undefined && token === undefined) return '"wrongToken" needs a "token"';
  const isOfBody = [when.body, when.has, when.lacks, when.empty].some((part) => part !== undefined);
  const isUnknown = '"when" must say what tells the request from a delivery';
  if (method === undefined) {
    if (!isOfBody) return isUnknown;
    if (query !== undefined || token !== undefined) {
      return '"query" and "token" are for GET and HEAD, the fields of the body for the rest';
    }
    const { secret } = handshake.answer;
    if (headers !== undefined || secret !== undefined) {
      return '"headers" of "when", and "secret", are for unsigned requests, which have a "method"';
    }
    const isUnsigned = content !== undefined || only !== undefined || fields !== undefined;
    return isUnsigned
      ? '"content", "only" and "fields" are for unsigned requests, which have a "method"'
      : undefined;
  }
  const isByBody = method === 'POST' && only !== undefined;
  if (isByBody) {
    if (content === undefined) return '"only" needs "content", which says how the body is written';
    return query === undefined && token === undefined
      ? undefined
      : '"only" is for the body, "query" and "token" are not';
  }
  if (content !== undefined || only !== undefined) return '"content" and "only" go together, for POST';
  if (isOfBody) {
    return method === 'POST'
      ? 'the fields of an unsigned body need "only", which names all of them'
      : '"query" and "token" are for GET and HEAD, the fields of the body for the rest';
  }
  const isKnown =
    method === 'GET' ||
    method === 'HEAD' ||
    Object.keys(query ?? {}).length > 0 ||
    readFields(handshake).length > 0;
  return isKnown ? undefined : isUnknown;
}

/** Finds the fault in how a value is computed. */
function faultOfDigest(
  { digest, encoding }: ComputedDefinition,
  algorithm: Algorithm,
  answers: boolean,
): string | undefined {
  if (digest === 'hmac' && !algorithm.startsWith('hmac-') && !answers) {
    return `"{hmac …}" is for algorithms that begin with 'hmac-', and for code with "answerChallenge"`;
  }
  return (encoding === 'utf8') === (digest === 'hmac' && answers)
    ? undefined
    : '"encoding" must be \'utf8\' for a text that "answerChallenge" writes, and for no other';
}

/**
 * Describes the fault of a computed value. To a stranger only what cannot be the signed content of a delivery is computed:
 * one field, held to the letters and the length that the sender uses.
 */
function faultOfComputed(
  { when, fields = {} }: HandshakeDefinition,
  { digest, of }: ComputedDefinition,
  algorithm: Algorithm,
): string | undefined {
  if (digest === 'hmac' && of.some((part) => part === '{verifyToken}' || part === '{url}')) {
    return "{verifyToken} and {url} are for the digest 'sha256', which has no secret";
  }
  const names = of.flatMap((part) => fieldIn(part) ?? []);
  if (when.method === undefined) {
    return names.some(isHeader)
      ? 'no header is signed: who has seen one signed request would get the HMAC of any text by its header'
      : undefined;
  }
  if (digest === 'sha256' && isPlainDigest(algorithm)) {
    return `the digest 'sha256' is not for algorithm '${algorithm}': who asked for it would have the signature of a delivery`;
  }
  const isHeld = names.every(
    (name) => Object.hasOwn(fields, name) && KEYED_ALPHABETS.includes(String(fields[name]?.alphabet)),
  );
  if (names.length === 1 && isHeld) return undefined;
  return (
    `an answer to an unsigned request is computed over one field, whose "alphabet" (${KEYED_ALPHABETS.join(', ')}) and ` +
    '"length" must be in "fields": over any text it could be the signature of a delivery'
  );
}
