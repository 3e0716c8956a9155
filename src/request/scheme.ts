import { AN_OBJECT, required, type OptionCheck } from '../options';
import { readHeader, type HeaderSource } from '../core/headers';
import type { CompiledProvider } from '../core/compiled-provider';

/** A provider in options; that `defineProvider` made it is checked when it is compiled. It may be a secret. */
export const A_PROVIDER: OptionCheck = { ...required(AN_OBJECT), secret: true };

/** The option `also`. */
export const ALTERNATIVES: OptionCheck = {
  accepts: (value) => Array.isArray(value) && value.every((entry) => AN_OBJECT.accepts(entry)),
  expects: 'a list of { provider, secret }',
  secret: true,
};

/** The first scheme whose signature header is there, `main` where none is: a bad signature never falls through. */
export function readScheme<Scheme extends { readonly plan: CompiledProvider }>(
  main: Scheme,
  also: readonly Scheme[],
  source: HeaderSource,
): Scheme {
  if (also.length === 0) return main;
  const isThere = ({ plan: compiled }: Scheme): boolean =>
    readHeader(source, compiled.signatureHeaders) !== undefined;
  return [main, ...also].find(isThere) ?? main;
}
