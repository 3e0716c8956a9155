import {
  A_FUNCTION,
  A_SIZE,
  A_TEXT,
  AN_OBJECT,
  integerBetween,
  numberBetween,
  oneOf,
  required,
  type OptionCheck,
  type OptionChecks,
} from '../options';
import { CONTENT_CHECKS } from './content-checks';
import { GROUPS } from './groups';
import { MAX_HEADER_LENGTH } from './headers';
import { isMethod, METHODS } from './provider';

const HEADER_NAME = /^[A-Za-z0-9][A-Za-z0-9-]*$/;

export const HEADER_NAMES: OptionCheck = {
  accepts: (value) => {
    const names: readonly unknown[] = Array.isArray(value) ? value : [value];
    return names.length > 0 && names.every((name) => typeof name === 'string' && HEADER_NAME.test(name));
  },
  expects: 'a header name or a list of them',
};

export const METHOD_LIST: OptionCheck = {
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(isMethod),
  expects: `a list of methods (${METHODS.join(', ')})`,
};

export const TEXTS: OptionCheck = {
  accepts: (value) => [value].flat().length > 0 && [value].flat().every((text) => A_TEXT.accepts(text)),
  expects: 'a field, or a list of fields',
};

const A_BOOLEAN: OptionCheck = { accepts: (value) => typeof value === 'boolean', expects: 'true or false' };

// No letter or digit: of those the items are made.
const A_SEPARATOR: OptionCheck = {
  accepts: (value) => typeof value === 'string' && /^[ ,;:|&/]{1,3}$/.test(value),
  expects: "up to three of the characters ' ', ',', ';', ':', '|', '&' and '/'",
};

const NAMES: OptionCheck = {
  accepts: (value) => AN_OBJECT.accepts(value) && Object.values(value as object).every(A_TEXT.accepts),
  expects: 'an object of names',
};

/** Header names, and a text for each. */
export const HEADER_TEXTS: OptionCheck = {
  accepts: (value) =>
    NAMES.accepts(value) && Object.keys(value as object).every((name) => HEADER_NAME.test(name)),
  expects: 'an object of header names and their texts',
};

export const PLACE_CHECKS: OptionChecks = {
  header: HEADER_NAMES,
  body: TEXTS,
  keys: {
    accepts: (value) => TEXTS.accepts(value) || NAMES.accepts(value),
    expects: 'a field, a list of fields, or an object with the event of each field',
  },
  names: NAMES,
  as: A_TEXT,
};
export const FACT_CHECKS: OptionChecks = {
  ...PLACE_CHECKS,
  or: { accepts: (value) => Array.isArray(value), expects: 'a list of places' },
};

export const ID_CHECKS: OptionChecks = {
  ...FACT_CHECKS,
  length: integerBetween(1, MAX_HEADER_LENGTH, 'characters'),
};

export const COMMON_CHECKS: OptionChecks = {
  name: required({
    accepts: (value) => typeof value === 'string' && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value),
    expects: 'lower-case words joined by "-"',
  }),
  docs: A_TEXT,
  group: oneOf(...GROUPS),
  id: AN_OBJECT,
  event: AN_OBJECT,
  methods: METHOD_LIST,
  events: AN_OBJECT,
  ...CONTENT_CHECKS,
  bodyLimit: A_SIZE,
  handlerTimeoutMs: integerBetween(1, 2 ** 31 - 1, 'milliseconds'),
  duplicates: {
    accepts: (value) => value === false || AN_OBJECT.accepts(value),
    expects: 'an object or false',
  },
  refusal: AN_OBJECT,
  acknowledge: AN_OBJECT,
  handshakes: { accepts: (value) => Array.isArray(value), expects: 'a list of handshakes' },
  retries: AN_OBJECT,
  alsoSends: A_TEXT,
};

export const PROVIDER_CHECKS: OptionChecks = {
  ...COMMON_CHECKS,
  algorithm: required(
    oneOf(
      ...['hmac-sha256', 'hmac-sha1', 'hmac-sha384', 'hmac-sha512', 'sha1', 'sha256', 'sha512'],
      ...['ed25519', 'ecdsa-p256-sha256', 'rsa-sha1', 'rsa-sha256', 'rsa-sha512', 'token'],
    ),
  ),
  signature: required(AN_OBJECT),
  timestamp: AN_OBJECT,
  address: AN_OBJECT,
  signed: required({
    accepts: (value) =>
      Array.isArray(value) && value.every((part) => typeof part === 'string' && part !== ''),
    expects: 'a list of literals and placeholders',
  }),
  // Not shown: it may be a secret in the wrong place.
  secret: required({ ...AN_OBJECT, secret: true }),
};

export const ADDRESS_CHECKS: OptionChecks = {
  unescaped: {
    accepts: (value) => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value) && !value.includes('%'),
    expects: 'characters of ASCII',
  },
  bareOrigin: A_BOOLEAN,
};

export const SIGNATURE_CHECKS: OptionChecks = {
  header: required(HEADER_NAMES),
  all: A_BOOLEAN,
  repeated: A_BOOLEAN,
  declares: HEADER_TEXTS,
  prefix: A_TEXT,
  scheme: {
    accepts: (value) => typeof value === 'string' && /^[A-Za-z][A-Za-z0-9-]*$/.test(value),
    expects: "the name of a scheme of authentication, such as 'Basic'",
  },
  items: A_SEPARATOR,
  groups: A_SEPARATOR,
  assign: oneOf('=', ','),
  key: A_TEXT,
  bare: A_BOOLEAN,
  encoding: required(oneOf('hex', 'base64', 'base64url', 'utf8')),
};

export const TIMESTAMP_CHECKS: OptionChecks = {
  header: HEADER_NAMES,
  field: A_TEXT,
  body: A_TEXT,
  unit: required(oneOf('seconds', 'milliseconds', 'rfc3339')),
  toleranceSeconds: required(numberBetween(1, 86_400, 'seconds')),
};

export const SECRET_CHECKS: OptionChecks = {
  encoding: required(oneOf('utf8', 'base64', 'hex')),
  prefix: A_TEXT,
  privatePrefix: A_TEXT,
  otherwise: oneOf('utf8'),
  digest: oneOf('sha256'),
};

/** The statuses by which a sender is told that trying again is useless; some senders stop at one of them. */
export const REFUSAL_STATUS: OptionCheck = integerBetween(400, 499, 'a status of refusal');

export const REFUSAL_CHECKS: OptionChecks = {
  status: required(REFUSAL_STATUS),
  uniform: A_BOOLEAN,
  empty: A_BOOLEAN,
};

export const ACKNOWLEDGE_CHECKS: OptionChecks = {
  status: required(integerBetween(200, 299, 'a status of success')),
  text: A_TEXT,
};

export const RETRIES_CHECKS: OptionChecks = {
  hours: numberBetween(0, 8760, 'hours'),
  signed: oneOf('once', 'anew'),
  stopsAt: {
    accepts: (value) => Array.isArray(value) && value.every(Number.isInteger),
    expects: 'a list of statuses',
  },
  source: required(A_TEXT),
};

export const DUPLICATES_CHECKS: OptionChecks = {
  key: required(oneOf('signed', 'id')),
  also: { ...HEADER_NAMES, accepts: (value) => Array.isArray(value) && HEADER_NAMES.accepts(value) },
  ttlSeconds: integerBetween(1, 31_536_000, 'seconds'),
};

export const ABOUT_CHECKS: OptionChecks = { signed: A_TEXT, notSigned: A_TEXT, readFirst: A_TEXT };

export const CUSTOM_CHECKS: OptionChecks = {
  ...COMMON_CHECKS,
  about: AN_OBJECT,
  headers: required({
    ...HEADER_NAMES,
    accepts: (value) => Array.isArray(value) && (value.length === 0 || HEADER_NAMES.accepts(value)),
  }),
  signsUrl: A_BOOLEAN,
  readsQuery: A_BOOLEAN,
  guessable: A_BOOLEAN,
  // A sender can try for a week with the time of its first try.
  toleranceSeconds: numberBetween(1, 604_800, 'seconds'),
  readSecret: A_FUNCTION,
  makeDummySecret: A_FUNCTION,
  readSigningSecret: A_FUNCTION,
  read: A_FUNCTION,
  verify: required(A_FUNCTION),
  answerChallenge: A_FUNCTION,
  sign: A_FUNCTION,
  signBody: A_FUNCTION,
};
