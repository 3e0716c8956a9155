import { randomBytes } from 'node:crypto';
import { AN_OBJECT, checkOptions } from '../options';
import { checkCommon, checkData } from './check-definition';
import { compileProvider } from './compile-provider';
import type { CustomProviderDefinition } from './custom-scheme';
import { completeHandshakes } from './known-handshakes';
import { listMethods, type Provider, type ProviderDefinition, type TypedProvider } from './provider';
import { ABOUT_CHECKS, CUSTOM_CHECKS } from './provider-checks';

/**
 * Makes a provider: checks the description of a sender and freezes it. `Payloads` has the type of the payload of each
 * event, which a router then gives to its handlers.
 * Throws a `TypeError` that names what is wrong with the description.
 */
export function defineProvider<Payloads extends object = never>(
  definition: ProviderDefinition,
): ProviderOf<Payloads>;
export function defineProvider<Key = string, SigningKey = Key, Message = undefined>(
  definition: ProviderDefinition | CustomProviderDefinition<Key, SigningKey, Message>,
): Provider;
export function defineProvider<Payloads extends object, Key, SigningKey = Key, Message = undefined>(
  definition: CustomProviderDefinition<Key, SigningKey, Message>,
): ProviderOf<Payloads>;
export function defineProvider<Key, SigningKey, Message>(
  definition: ProviderDefinition | CustomProviderDefinition<Key, SigningKey, Message>,
): Provider {
  return isCustom(definition) ? defineCustom(definition) : defineData(definition);
}

/** A provider that knows the payloads of its events, where they were given; any other event comes to `'*'`. */
export type ProviderOf<Payloads extends object> = [Payloads] extends [never]
  ? Provider
  : TypedProvider<Payloads & { readonly '*': unknown }>;

function isCustom<Key, SigningKey, Message>(
  definition: ProviderDefinition | CustomProviderDefinition<Key, SigningKey, Message>,
): definition is CustomProviderDefinition<Key, SigningKey, Message> {
  return AN_OBJECT.accepts(definition) && 'verify' in definition;
}

function defineCustom<Key, SigningKey, Message>(
  definition: CustomProviderDefinition<Key, SigningKey, Message>,
): Provider {
  checkOptions('defineProvider()', definition, CUSTOM_CHECKS);
  const where = `defineProvider('${definition.name}')`;
  checkCommon(where, definition, 'custom', definition.answerChallenge !== undefined);
  if (definition.about !== undefined) checkOptions(`${where} about`, definition.about, ABOUT_CHECKS);
  const {
    about,
    headers,
    signsUrl,
    toleranceSeconds = 300,
    read,
    verify,
    answerChallenge,
    sign,
    signBody,
    ...rest
  } = definition;
  const {
    guessable = true,
    readsQuery = false,
    readSecret = asText,
    readSigningSecret = readSecret,
    ...others
  } = rest;
  const { makeDummySecret = makeDummyText, ...common } = others;
  const provider = addDefaults({
    ...common,
    algorithm: 'custom',
    signature: { header: headers, encoding: 'utf8' },
    signed: signsUrl === true ? ['{url}', '{body}'] : ['{body}'],
    secret: { encoding: 'utf8' },
    timestamp: { header: [], unit: 'milliseconds', toleranceSeconds },
  });
  // Only these functions see a key of theirs, so the types meet again in `CustomProviderDefinition`.
  compileProvider(provider, {
    about,
    headers,
    guessable,
    readsQuery,
    readSecret,
    makeDummySecret,
    readSigningSecret,
    read,
    verify,
    answerChallenge,
    sign,
    signBody,
  });
  return provider;
}

function makeDummyText(): string {
  return randomBytes(32).toString('hex');
}

function asText(text: string): string {
  return text;
}

function defineData(definition: ProviderDefinition): Provider {
  checkData(definition);
  const handshakes = completeHandshakes(definition);
  const provider = addDefaults(handshakes === undefined ? definition : { ...definition, handshakes });
  compileProvider(provider);
  return provider;
}

function addDefaults(definition: ProviderDefinition): Provider {
  return copyFrozen({
    ...definition,
    methods: listMethods(definition),
    content: definition.content ?? 'json',
    duplicates:
      definition.duplicates ?? (definition.algorithm === 'token' ? false : { key: 'signed' as const }),
    refusal: { status: 401, ...definition.refusal },
  });
}

/**
 * A copy that is frozen, and without a prototype whose pollution could describe a sender otherwise. Not by
 * `structuredClone`, which takes most of the time of loading all senders.
 */
function copyFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const copy: unknown = Array.isArray(value)
    ? value.map((inner: unknown) => copyFrozen(inner))
    : Object.setPrototypeOf(
        Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyFrozen<unknown>(inner)])),
        null,
      );
  // The cast is safe: the copy has the fields of the value, and is a list where that is one.
  return Object.freeze(copy) as T;
}
