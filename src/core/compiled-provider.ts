import { describeType } from '../options';
import { restsOnBody } from './borders';
import { findCharset } from './charset';
import type { CustomScheme } from './custom';
import { challengePatterns } from './handshakes';
import type { Algorithm, ValueSource, HeaderNames, Provider } from './provider';

/** What is computed once from a provider, so that a request has little left to do. */
export interface CompiledProvider {
  readonly provider: Provider;
  /** The functions of a scheme that is not data. */
  readonly custom: CustomScheme | undefined;
  readonly signatureHeaders: readonly string[];
  readonly timestampHeaders: readonly string[];
  readonly idHeaders: readonly string[];
  readonly eventHeaders: readonly string[];
  /** Whether the event is named in the body, so that a webhook cannot be routed before it is parsed. */
  readonly eventInBody: boolean;
  /** Whether the event or the id is in the body. */
  readonly eventOrIdInBody: boolean;
  /** Parts of the signed content before and after the body; `{…}` is a placeholder. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly coversBody: boolean;
  readonly coversId: boolean;
  readonly coversUrl: boolean;
  /** The charset of the body, by its usual name. */
  readonly charset: string;
  /** Text that a signed id must not contain, because it separates the id from what follows. */
  readonly idSeparator: string;
  /** Whether tries can find a secret, as they can a token: a limit by address then comes before the comparison. */
  readonly guessable: boolean;
  /** The characters of a signed id, where that is what ends it. */
  readonly idLength: number | undefined;
  /** Whether a part of the signed content ends only where the JSON of the body begins, or begins where that ends. */
  readonly restsOnBody: boolean;
  /** The headers that name the scheme, by their lower-case names, and what they must say. */
  readonly declared: readonly (readonly [name: string, text: string])[];
  /** Whether a plain digest has the secret behind the content. */
  readonly secretLast: boolean;
  /** The texts whose HMAC strangers can ask for, in handshakes. */
  readonly challenges: readonly RegExp[];
  /** Bytes of one signature, or `undefined` where they vary (tokens, DER, RSA). */
  readonly signatureBytes: number | undefined;
}

const SIGNATURE_BYTES: Readonly<Record<Algorithm, number | undefined>> = {
  'hmac-sha256': 32,
  'hmac-sha1': 20,
  'hmac-sha384': 48,
  'hmac-sha512': 64,
  sha1: 20,
  sha256: 32,
  sha512: 64,
  ed25519: 64,
  'ecdsa-p256-sha256': undefined,
  'rsa-sha1': undefined,
  'rsa-sha256': undefined,
  'rsa-sha512': undefined,
  token: undefined,
  custom: undefined,
};

/** What may stand in `signed` beside literals. */
export const PLACEHOLDERS: readonly string[] = [
  '{timestamp}',
  '{id}',
  '{method}',
  '{url}',
  '{body}',
  '{secret}',
];

const compiledProviders = new WeakMap<object, CompiledProvider>();

/** The compiled form of a provider. Throws a `TypeError` for an object that `defineProvider` did not make. */
export function getCompiled(provider: Provider): CompiledProvider {
  const compiled = compiledProviders.get(provider);
  if (compiled === undefined) {
    throw new TypeError(
      'option "provider" must be a provider: one of hooklatch\'s own, or made by defineProvider(); ' +
        `got ${describeType(provider)}`,
    );
  }
  return compiled;
}

/** Compiles a provider that was checked, and remembers the result. */
export function compileProvider(provider: Provider, custom?: CustomScheme): void {
  compiledProviders.set(provider, makeCompiled(provider, custom));
}

function makeCompiled(provider: Provider, custom: CustomScheme | undefined): CompiledProvider {
  const { algorithm, signature, timestamp, signed, id, event } = provider;
  const parts = signed.filter((part) => part !== '{secret}');
  const cut = parts.indexOf('{body}');
  const afterId = signed[signed.indexOf('{id}') + 1];
  const coversId = signed.includes('{id}');
  const eventInBody = isInBody(event);
  return {
    provider,
    custom,
    signatureHeaders: lowerCaseNames(signature.header),
    timestampHeaders: lowerCaseNames(timestamp?.header),
    idHeaders: lowerCaseNames(id?.header),
    eventHeaders: lowerCaseNames(event?.header),
    eventInBody,
    eventOrIdInBody: eventInBody || isInBody(id),
    before: cut === -1 ? parts : parts.slice(0, cut),
    after: cut === -1 ? [] : parts.slice(cut + 1),
    coversBody: cut !== -1,
    coversId,
    coversUrl: signed.includes('{url}'),
    charset: (provider.charset === undefined ? undefined : findCharset(provider.charset)) ?? 'utf-8',
    idSeparator: coversId && afterId !== undefined && !PLACEHOLDERS.includes(afterId) ? afterId : '',
    guessable: custom?.guessable ?? algorithm === 'token',
    idLength: id?.length,
    restsOnBody: restsOnBody(provider),
    declared: Object.entries(signature.declares ?? {}).map(([name, text]) => [name.toLowerCase(), text]),
    secretLast: signed.at(-1) === '{secret}',
    challenges: challengePatterns(provider.handshakes),
    signatureBytes: SIGNATURE_BYTES[algorithm],
  };
}

function isInBody(fact: ValueSource | undefined): boolean {
  if (fact === undefined) return false;
  return [fact, ...(fact.or ?? [])].some(({ body, keys }) => body !== undefined || keys !== undefined);
}

function lowerCaseNames(names: HeaderNames | undefined): readonly string[] {
  return [names ?? []].flat().map((name) => name.toLowerCase());
}
