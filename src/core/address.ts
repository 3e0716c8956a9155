import type { Provider } from './provider';

const ESCAPED = /(%[0-9A-Fa-f]{2})/;

/** The address as the sender's documentation has it where it is signed. */
export function writeAddress({ address }: Provider, url: string): string {
  const { unescaped = '' } = address ?? {};
  if (unescaped === '' || !url.includes('%')) return url;
  const parts = url.split(ESCAPED).map((part) => {
    if (!ESCAPED.test(part)) return part;
    const character = String.fromCharCode(parseInt(part.slice(1), 16));
    return unescaped.includes(character) ? character : part;
  });
  return parts.join('');
}

/**
 * The addresses that the sender may have signed, as far as a request cannot tell them apart: the address itself, as its
 * documentation writes it, and where it has no path and `bareOrigin` says so, without the slash of every request.
 */
export function listAddresses(provider: Provider, url: string): readonly string[] {
  const written = writeAddress(provider, url);
  if (written !== url) return [url, written];
  if (provider.address?.bareOrigin !== true) return [url];
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const [path = ''] = start === -1 ? [] : url.slice(start).split('?', 1);
  return path === '/' ? [url, url.slice(0, start) + url.slice(start + 1)] : [url];
}

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * Makes the resolver of the option `publicUrl`, the address as the sender knows it. It is an origin, to which the path and
 * the query of the request are added; or a whole address, whose path stands for that of the request, and whose query
 * does where it has one. Without it the address is that of the request.
 */
export function makeAddressResolver(publicUrl: string | undefined): (url: string) => string {
  if (publicUrl === undefined) return (url) => url;
  const [path, query] = splitTarget(publicUrl);
  const origin = publicUrl.slice(0, publicUrl.length - path.length - query.length);
  const isOrigin = path === '' || (path === '/' && query === '');
  return (url) => {
    const [ownPath, ownQuery] = splitTarget(url);
    if (isOrigin && ownPath !== '') return origin + ownPath + ownQuery;
    return origin + path + (query === '' ? ownQuery : query);
  };
}

/** An address without its query. By its first mark alone: `URL` throws for some paths that Node lets through. */
export function cutQuery(url: string): string {
  return url.slice(0, findQuery(url));
}

/** The place where the query of an address begins: its end where there is none. */
function findQuery(url: string): number {
  const mark = url.indexOf('?');
  return mark === -1 ? url.length : mark;
}

/** The path and the query of an address, of which either may be empty. */
function splitTarget(url: string): readonly [path: string, query: string] {
  const target = url.replace(ORIGIN, '');
  const end = findQuery(target);
  return [target.slice(0, end), target.slice(end)];
}

/** The address as the sender knows it, by `makeAddressResolver()`. */
export function resolveAddress(publicUrl: string | undefined, url: string): string {
  return makeAddressResolver(publicUrl)(url);
}
