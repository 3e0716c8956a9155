import { getCompiled } from '../core/compiled-provider';
import { readHeader, type HeaderSource } from '../core/headers';
import type { Provider } from '../core/provider';
import type { OptionCheck } from '../options';

// Names of headers that hold what opens something: by custom, and by the schemes of the senders.
const SECRET_NAME =
  /authorization|cookie|signature|token|secret|hmac|digest|passw|api[-_]?key|credential|(?:^|[-_])auth(?:$|[-_])/i;
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

export const STORE_HEADERS: OptionCheck = {
  accepts: (value) =>
    Array.isArray(value) && value.every((name) => typeof name === 'string' && HEADER_NAME.test(name)),
  expects: 'a list of names of headers',
};

/** Throws a `TypeError` for a header that holds a signature, a token or the like: whoever reads the file could use it. */
export function checkStoredHeaders(names: readonly string[], providers: readonly Provider[]): void {
  const secret = providers.flatMap((provider) => getCompiled(provider).signatureHeaders);
  const wrong = names.find((name) => SECRET_NAME.test(name) || secret.includes(name.toLowerCase()));
  if (wrong === undefined) return;
  throw new TypeError(
    `option "storeHeaders": "${wrong}" may hold a signature, a token or a cookie, which is never stored; leave it out`,
  );
}

/** The listed headers of a delivery, but those by which its sender is known; one that is repeated is left out. */
export function pickHeaders(
  names: readonly string[],
  source: HeaderSource,
  secretHeaders: readonly string[],
): Readonly<Record<string, string>> {
  const entries = names.flatMap((name) => {
    const lower = name.toLowerCase();
    const value = secretHeaders.includes(lower) ? undefined : readHeader(source, [lower]);
    return typeof value === 'string' ? [[lower, value] as const] : [];
  });
  return Object.fromEntries(entries);
}
