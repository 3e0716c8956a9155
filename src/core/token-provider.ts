import { A_TEXT, checkOptions, required, type OptionChecks } from '../options';
import { defineProvider } from './define-provider';
import { HEADER_NAMES, PROVIDER_CHECKS } from './provider-checks';
import type { HeaderNames, Provider, ProviderDefinition } from './provider';

/** The description of a sender that only repeats a shared token. */
export interface TokenProviderOptions extends Omit<
  ProviderDefinition,
  'algorithm' | 'signature' | 'timestamp' | 'signed' | 'secret'
> {
  /** The header that holds the token. */
  readonly header: HeaderNames;
  /** Text in front of the token: `'Bearer '`. */
  readonly prefix?: string | undefined;
}

/** Describes a sender that only has basic authentication. */
export type BasicProviderOptions = Omit<TokenProviderOptions, 'header' | 'prefix'>;

const FIXED = ['algorithm', 'signature', 'timestamp', 'signed', 'secret'];

const BASIC_CHECKS: OptionChecks = Object.fromEntries(
  Object.entries(PROVIDER_CHECKS).filter(([name]) => !FIXED.includes(name)),
);

const CHECKS: OptionChecks = {
  ...BASIC_CHECKS,
  header: required(HEADER_NAMES),
  prefix: A_TEXT,
};

/**
 * Makes a provider for a sender that sends a shared token instead of a signature. A token covers nothing: who has
 * seen one delivery can send any other. Throws a `TypeError` as `defineProvider` does.
 */
export function tokenProvider(options: TokenProviderOptions): Provider {
  const { header, prefix, ...rest } = checkOptions('tokenProvider()', options, CHECKS);
  return defineProvider({
    ...rest,
    algorithm: 'token',
    signature: { header, prefix, encoding: 'utf8' },
    signed: [],
    secret: { encoding: 'utf8' },
  });
}

/**
 * Makes a provider for a sender that has basic authentication (RFC 7617) instead of a signature; the secret is
 * `user:password`, compared in UTF-8. It covers nothing, as a token does. Throws a `TypeError` as `defineProvider` does.
 */
export function basicProvider(options: BasicProviderOptions): Provider {
  return defineProvider({
    ...checkOptions('basicProvider()', options, BASIC_CHECKS),
    algorithm: 'token',
    signature: { header: 'Authorization', scheme: 'Basic', encoding: 'base64' },
    signed: [],
    secret: { encoding: 'utf8' },
  });
}
