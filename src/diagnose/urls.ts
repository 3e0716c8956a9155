import { changed, unchanged, type Variant } from './findings';
import type { FindingCode } from './fixes';
import { shown, type Subject } from './subject';

const MAX_URLS = 200;

/** The addresses that the sender may have signed, the configured one first. */
export function urlVariants(subject: Subject): readonly Variant<string>[] {
  const { plan: compiled, publicUrl, delivery } = subject;
  if (!compiled.coversUrl) return [unchanged(delivery.url)];
  const configured = publicUrl === undefined ? undefined : new URL(publicUrl);
  const own = publicUrl ?? '';
  const texts = candidates(subject, configured).filter((text) => text !== own);
  const distinct = [...new Set(texts)].slice(0, MAX_URLS);
  if (configured === undefined) {
    return distinct.map((text) =>
      changed(text, 'public-url-missing', `What was signed has the address ${shown(text, 200)}.`),
    );
  }
  return [
    unchanged(own),
    ...distinct.map((text) =>
      changed(
        text,
        codeOf(configured, own, text),
        `What was signed has the address ${shown(text, 200)}, where "publicUrl" says ${shown(own, 200)}.`,
      ),
    ),
  ];
}

function candidates({ delivery }: Subject, configured: URL | undefined): readonly string[] {
  const { headers, url } = delivery;
  const header = (name: string): readonly string[] => {
    const value = headers[name];
    return typeof value === 'string' && URL.canParse(`http://${value}/`) ? [value] : [];
  };
  const hosts = [
    ...(configured === undefined ? [] : [configured.host]),
    ...header('x-forwarded-host'),
    ...header('host'),
  ];
  const ports = hosts.flatMap((host) => {
    const name = host.replace(/:\d+$/, '');
    return [host, name, ...['443', '80', '3000', '8080'].map((port) => `${name}:${port}`)];
  });
  const received = URL.canParse(url, 'http://host') ? new URL(url, 'http://host') : undefined;
  const paths = [configured, received].flatMap((address) => {
    if (address === undefined) return [];
    const { pathname, search } = address;
    const other = pathname.endsWith('/') ? pathname.slice(0, -1) : `${pathname}/`;
    return [pathname + search, other + search, pathname, other];
  });
  const texts = [...new Set(ports)].flatMap((host) =>
    [...new Set([...paths, '', '/'])].flatMap((path) =>
      ['https', 'http'].map((scheme) => `${scheme}://${host}${path}`),
    ),
  );
  const addresses = texts.filter((text) => URL.canParse(text));
  return configured === undefined ? addresses : nearestFirst(configured, addresses);
}

function nearestFirst(configured: URL, texts: readonly string[]): readonly string[] {
  const distance = (text: string): number => {
    const { protocol, host, pathname, search } = new URL(text);
    const pairs = [
      [protocol, configured.protocol],
      [host, configured.host],
      [pathname, configured.pathname],
      [search, configured.search],
    ];
    return pairs.filter(([one, other]) => one !== other).length;
  };
  return [...texts].sort((one, other) => distance(one) - distance(other));
}

/** The first part in which two addresses differ. */
function codeOf(configured: URL, own: string, text: string): FindingCode {
  const other = new URL(text);
  if (other.hostname !== configured.hostname) return 'signed-url-host';
  if (other.protocol !== configured.protocol) return 'signed-url-scheme';
  if (authorityOf(own) !== authorityOf(text)) return 'signed-url-port';
  if (other.pathname !== configured.pathname) {
    const same = other.pathname.replace(/\/$/, '') === configured.pathname.replace(/\/$/, '');
    return same ? 'signed-url-slash' : 'signed-url-path';
  }
  return other.search === configured.search ? 'signed-url-slash' : 'signed-url-query';
}

// A port that is the usual one is written by some, and is not in a URL that was parsed.
function authorityOf(text: string): string {
  return String(text.split('/')[2]);
}
