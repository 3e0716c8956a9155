import { describeType } from '../options';
import type { CustomScheme } from './custom-scheme';
import type { Provider } from './provider';

/** A provider with all that can be computed before the first request. */
export interface CompiledProvider {
  readonly provider: Provider;
  /** The functions of a scheme that is not data. */
  readonly custom: CustomScheme | undefined;
  readonly signatureHeaders: readonly string[];
  readonly timestampHeaders: readonly string[];
  readonly idHeaders: readonly string[];
  readonly eventHeaders: readonly string[];
  /** The events that a header means by being there, each with the names of that header. */
  readonly impliedEvents: readonly { readonly event: string; readonly headers: readonly string[] }[];
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
  /** Whether the scheme reads the query of the request, so that no option may stand for it. */
  readonly readsQuery: boolean;
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
  /** The unsigned headers that go into the key of a delivery, each as `readHeader` takes it. */
  readonly keyHeaders: readonly (readonly string[])[];
  /** Whether the signature is an HMAC that can stand for all that tells its deliveries apart. */
  readonly macStandsForContent: boolean;
  /** Bytes of one signature, or `undefined` where they vary (tokens, DER, RSA). */
  readonly signatureBytes: number | undefined;
}

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

/** Remembers the compiled form of a provider, so that `getCompiled` finds it. */
export function rememberCompiled(compiled: CompiledProvider): void {
  compiledProviders.set(compiled.provider, compiled);
}
