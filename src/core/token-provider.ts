import { A_TEXT, checkOptions, required, type OptionChecks } from '../options';
import type { CustomProviderDefinition } from './custom-scheme';
import { defineProvider } from './define-provider';
import { readSharedSecret } from './key-shapes';
import { COMMON_CHECKS, HEADER_NAMES, PROVIDER_CHECKS } from './provider-checks';
import type { HeaderNames, Provider, ProviderDefinition } from './provider';
import { makeCheck, type SignatureCheck } from './signature';

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

/** Describes a sender that has nothing but the address that you give it. */
export interface QueryTokenProviderOptions extends BasicProviderOptions {
  /** The field of the query that holds the token. @default 'secret' */
  readonly parameter?: string | undefined;
}

type QueryTokenDefinition = CustomProviderDefinition<SignatureCheck, string, Buffer>;

const QUERY_CHECKS: OptionChecks = { ...COMMON_CHECKS, parameter: A_TEXT };
const NO_CONTENT = { before: '', body: undefined, after: '' };

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

/**
 * Makes a provider for a sender that authenticates by nothing, and keeps the address that it was given: the token is in
 * the query of that address, as in `https://example.org/hook?secret=…`. Addresses stand in more logs than headers do. It
 * covers nothing, so all of the body is in `webhook.unsigned`. Throws a `TypeError` as `defineProvider` does.
 */
export function queryTokenProvider(options: QueryTokenProviderOptions): Provider {
  const { parameter = 'secret', ...rest } = checkOptions('queryTokenProvider()', options, QUERY_CHECKS);
  const definition: QueryTokenDefinition = {
    duplicates: false,
    ...rest,
    about: {
      signed: `nothing: "${parameter}" in the query of the address is a shared token`,
      notSigned: 'everything',
    },
    headers: [],
    readsQuery: true,
    readSecret: (text) => makeCheck('token', Buffer.from(readSharedSecret(text))),
    readSigningSecret: (text) => text,
    read({ url }) {
      const [token, ...more] = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1]).getAll(parameter);
      return token === undefined || more.length > 0 ? undefined : Buffer.from(token);
    },
    verify: (_delivery, { key, message }) => (key(NO_CONTENT, [message]) ? { coversBody: false } : undefined),
    // The token is in the address, which the caller knows.
    sign: () => ({}),
  };
  return defineProvider(definition);
}
