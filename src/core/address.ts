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
