import { AN_OBJECT, checkOptions, required, type OptionCheck, type OptionChecks } from '../options';
import { A_SECRET, describeMissingUrl } from '../core/checks';
import { readHeader, type HeaderSource } from '../core/headers';
import { getCompiled, type CompiledProvider } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import type { SecretOption } from '../core/secret-option';
import { makeSecretSource, type SecretLookup, type SecretSource } from './secret-source';

/** A provider in options; that `defineProvider` made it is checked when it is compiled. It may be a secret. */
export const A_PROVIDER: OptionCheck = { ...required(AN_OBJECT), secret: true };

/** The option `also`. */
export const ALTERNATIVES: OptionCheck = {
  accepts: (value) => Array.isArray(value) && value.every((entry) => AN_OBJECT.accepts(entry)),
  expects: 'a list of { provider, secret }',
  secret: true,
};

const ALSO_CHECKS: OptionChecks = { provider: A_PROVIDER, secret: A_SECRET };

/** A provider made ready, and where its secrets come from. */
export interface Scheme {
  readonly compiled: CompiledProvider;
  readonly find: SecretSource;
}

/** The options that schemes are made of. */
interface SchemeOptions {
  readonly provider: Provider;
  readonly secret: SecretOption | SecretLookup | undefined;
  readonly also?: readonly Pick<SchemeOptions, 'provider' | 'secret'>[] | undefined;
  readonly publicUrl?: string | undefined;
}

/** The scheme of a provider, and those of its alternatives. Throws a `TypeError` where one cannot be used. */
export function makeSchemes(options: SchemeOptions): readonly [Scheme, ...Scheme[]] {
  const { provider, secret, also = [], publicUrl } = options;
  const main = makeScheme({ provider, secret }, publicUrl);
  const others = also.map((scheme) => makeScheme(scheme, publicUrl));
  const all = [main, ...others].map(({ compiled }) => compiled);
  const double = all.find((compiled, index) => all.indexOf(compiled) !== index);
  if (double !== undefined) {
    throw new TypeError(
      `option "also" has ${double.provider.name} twice: give several secrets as a list in "secret"`,
    );
  }
  return [main, ...others];
}

function makeScheme(
  options: Pick<SchemeOptions, 'provider' | 'secret'>,
  publicUrl: string | undefined,
): Scheme {
  const { provider, secret } = checkOptions('option "also"', options, ALSO_CHECKS);
  const compiled = getCompiled(provider);
  if (compiled.coversUrl && publicUrl === undefined) throw new TypeError(describeMissingUrl(provider));
  return { compiled, find: makeSecretSource(provider, secret) };
}

/** The first scheme whose signature header is there, `main` where none is: a bad signature never falls through. */
export function readScheme<Known extends { readonly compiled: CompiledProvider }>(
  main: Known,
  also: readonly Known[],
  source: HeaderSource,
): Known {
  if (also.length === 0) return main;
  const isThere = ({ compiled }: Known): boolean =>
    readHeader(source, compiled.signatureHeaders) !== undefined;
  return [main, ...also].find(isThere) ?? main;
}
