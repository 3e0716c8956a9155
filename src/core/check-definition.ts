import { checkOptions, describe } from '../options';
import { fixMovableParts, movableParts } from './borders';
import { checkContent } from './content-checks';
import { checkHandshake } from './handshake-checks';
import {
  listMethods,
  PLACEHOLDERS,
  type Algorithm,
  type ProviderDefinition,
  type ValueSource,
} from './provider';
import { isPlainDigest } from './signature';
import {
  ACKNOWLEDGE_CHECKS,
  ADDRESS_CHECKS,
  DUPLICATES_CHECKS,
  FACT_CHECKS,
  ID_CHECKS,
  METHOD_LIST,
  PLACE_CHECKS,
  PROVIDER_CHECKS,
  REFUSAL_CHECKS,
  RETRIES_CHECKS,
  SECRET_CHECKS,
  SIGNATURE_CHECKS,
  TIMESTAMP_CHECKS,
} from './provider-checks';

/** The parts of a description that data and code have in common. */
type CommonDefinition = Omit<
  ProviderDefinition,
  'algorithm' | 'signature' | 'timestamp' | 'signed' | 'secret'
>;

/** Checks a scheme that is data. Throws a `TypeError` that names what is wrong. */
export function checkData(definition: ProviderDefinition): void {
  checkOptions('defineProvider()', definition, PROVIDER_CHECKS);
  const where = `defineProvider('${definition.name}')`;
  checkOptions(`${where} signature`, definition.signature, SIGNATURE_CHECKS);
  checkOptions(`${where} secret`, definition.secret, SECRET_CHECKS);
  if (definition.timestamp !== undefined) {
    checkOptions(`${where} timestamp`, definition.timestamp, TIMESTAMP_CHECKS);
  }
  if (definition.address !== undefined) {
    checkOptions(`${where} address`, definition.address, ADDRESS_CHECKS);
    if (!definition.signed.includes('{url}'))
      throw new TypeError(`${where}: "address" needs {url} in "signed"`);
  }
  checkCommon(where, definition, definition.algorithm);
  checkGrammar(where, definition);
  checkSigned(where, definition);
}

/** Checks the parts that data and code have in common. Throws a `TypeError` that names what is wrong. */
export function checkCommon(
  where: string,
  definition: CommonDefinition,
  algorithm: Algorithm,
  answers = false,
): void {
  if (definition.id !== undefined) checkValueSource(`${where} id`, definition.id, ID_CHECKS);
  if (definition.event !== undefined) checkValueSource(`${where} event`, definition.event);
  if (definition.refusal !== undefined) checkOptions(`${where} refusal`, definition.refusal, REFUSAL_CHECKS);
  if (definition.acknowledge !== undefined) {
    checkOptions(`${where} acknowledge`, definition.acknowledge, ACKNOWLEDGE_CHECKS);
  }
  if (definition.retries !== undefined) checkOptions(`${where} retries`, definition.retries, RETRIES_CHECKS);
  const { handshakes = [] } = definition;
  for (const handshake of handshakes) checkHandshake(`${where} handshakes`, handshake, algorithm, answers);
  // Its method is let in, and what is no handshake then is a delivery.
  if (handshakes.some(({ when }) => when.method === 'POST') && !listMethods(definition).includes('POST')) {
    throw new TypeError(`${where} handshakes: one by POST needs POST among the "methods" of deliveries`);
  }
  if (typeof definition.duplicates === 'object') {
    checkOptions(`${where} duplicates`, definition.duplicates, DUPLICATES_CHECKS);
  }
  checkContent(where, definition);
  checkEvents(where, definition);
}

function checkValueSource(where: string, fact: ValueSource, checks = FACT_CHECKS): void {
  checkOptions(where, fact, checks);
  const { or = [], ...first } = fact;
  for (const place of or) checkOptions(`${where} or`, place, PLACE_CHECKS);
  for (const { names, body, as, header } of [first, ...or]) {
    if (names !== undefined && body === undefined) throw new TypeError(`${where}: "names" needs a "body"`);
    if (as !== undefined && header === undefined) throw new TypeError(`${where}: "as" needs a "header"`);
  }
}

function checkEvents(where: string, definition: CommonDefinition): void {
  for (const [event, methods] of Object.entries(definition.events ?? {})) {
    checkOptions(`${where} events`, { [event]: methods }, { [event]: METHOD_LIST });
  }
}

function checkGrammar(where: string, definition: ProviderDefinition): void {
  const { algorithm, signature, timestamp, secret, content = 'json' } = definition;
  checkItems(`${where} signature`, signature);
  if (secret.otherwise !== undefined && secret.prefix === undefined) {
    throw new TypeError(`${where} secret: "otherwise" is for texts without the "prefix", which is not there`);
  }
  if (algorithm !== 'token') {
    if (signature.encoding === 'utf8') {
      throw new TypeError(`${where} signature: encoding 'utf8' is for algorithm 'token', and for no other`);
    }
    if (signature.scheme !== undefined || secret.digest !== undefined) {
      throw new TypeError(`${where}: "scheme" and "digest" are for algorithm 'token', and for no other`);
    }
  }
  if (timestamp === undefined) return;
  const places = [timestamp.header, timestamp.field, timestamp.body].filter((place) => place !== undefined);
  if (places.length !== 1) {
    throw new TypeError(`${where} timestamp: give one of "header", "field" and "body"`);
  }
  if (timestamp.field !== undefined && signature.items === undefined) {
    throw new TypeError(`${where} timestamp: "field" needs a signature header with "items"`);
  }
  if (timestamp.field !== undefined && signature.key === undefined && timestamp.field !== 'first') {
    throw new TypeError(`${where} timestamp: "field" must be 'first' where the "items" have no names`);
  }
  if (timestamp.field !== undefined && signature.all === true) {
    throw new TypeError(`${where} timestamp: "field" is for one signature header, not for "all"`);
  }
  if (timestamp.body !== undefined && content !== 'json' && content !== 'form') {
    throw new TypeError(
      `${where} timestamp: "body" needs content 'json' or 'form', got ${describe(content)}`,
    );
  }
}

/** Checks how a header with several signatures is divided. */
function checkItems(where: string, signature: ProviderDefinition['signature']): void {
  const { items, assign, key, prefix, scheme, bare, groups, all, repeated } = signature;
  const fail = (why: string): never => {
    throw new TypeError(`${where}: ${why}`);
  };
  const isNamed = assign !== undefined && key !== undefined;
  if ((assign === undefined) !== (key === undefined) || (isNamed && items === undefined)) {
    fail('"assign" and "key" go together, with "items"');
  }
  if (items !== undefined && (prefix ?? scheme) !== undefined) {
    fail('"prefix" and "scheme" are for a header with one signature, not with "items"');
  }
  if (prefix !== undefined && scheme !== undefined) fail('give "prefix" or "scheme", not both');
  if (bare !== undefined && !isNamed) fail('"bare" is for a header with "items" that have names');
  if (groups !== undefined && !isNamed) fail('"groups" need "items" that have names');
  if (repeated !== undefined && items === undefined) fail('"repeated" is for a header with "items"');
  if (repeated === true && all === true) fail('give "all" or "repeated", not both');
}

function checkSigned(where: string, definition: ProviderDefinition): void {
  const { algorithm, signed, timestamp, id, content = 'json' } = definition;
  const fail = (why: string): never => {
    throw new TypeError(`${where}: "signed" ${why}, got ${describe(signed)}`);
  };
  for (const part of signed) {
    if (/[{}]/.test(part) && !PLACEHOLDERS.includes(part)) fail(`knows only ${PLACEHOLDERS.join(', ')}`);
    if (PLACEHOLDERS.includes(part) && signed.filter((other) => other === part).length > 1) {
      fail(`must have ${part} once`);
    }
  }
  const has = (part: string): boolean => signed.includes(part);
  if ((algorithm === 'token') !== (signed.length === 0)) fail(`must be empty for 'token', and only there`);
  if (has('{secret}') !== isPlainDigest(algorithm)) {
    fail(`must have {secret} for 'sha1', 'sha256' and 'sha512', and only there`);
  }
  if (has('{secret}') && signed[0] !== '{secret}' && signed.at(-1) !== '{secret}') {
    fail('must begin or end with {secret}');
  }
  if (has('{id}') && id?.header === undefined) fail('has {id}, so "id" must name its header');
  if (!has('{id}') && id?.length !== undefined) fail('has no {id}, which the "length" of "id" is for');
  const timestampText = timestamp?.header ?? timestamp?.field;
  if (has('{timestamp}') !== (timestampText !== undefined)) {
    fail('must have {timestamp} exactly when "timestamp" names a header or a field');
  }
  if (timestamp?.body !== undefined && !has('{body}')) fail('must have {body}, where the timestamp is');
  const movable = movableParts(definition, content === 'json');
  if (movable.length > 0) {
    fail(`lets text move within ${movable.join('')} under one signature: ${fixMovableParts(movable)}`);
  }
}
