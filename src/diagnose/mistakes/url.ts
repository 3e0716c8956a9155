import { makeVariant, keepValue, type Difference, type Variant } from '../findings';
import type { FindingCode } from '../fixes';
import { showText, type Subject } from '../subject';

const MAX_URLS = 200;
// Where proxies say which path they were asked for.
const PATH_HEADERS = [
  'x-original-uri',
  'x-original-url',
  'x-forwarded-uri',
  'x-envoy-original-path',
  'x-rewrite-url',
];

/** An address in its parts, as they are written. */
interface Address {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** The addresses that the sender may have signed, the configured one first. */
export function listUrls(subject: Subject): readonly Variant<string>[] {
  const { plan: compiled, publicUrl, delivery } = subject;
  if (!compiled.coversUrl) return [keepValue(delivery.url)];
  const configured = publicUrl === undefined ? undefined : readAddress(publicUrl);
  const texts = listCandidates(subject, configured).filter((text) => text !== publicUrl);
  const distinct = [...new Set(texts)].slice(0, MAX_URLS);
  if (publicUrl === undefined) {
    return distinct.map((text) =>
      makeVariant(text, 'public-url-missing', `What was signed has the address ${showText(text, 200)}.`),
    );
  }
  return [
    keepValue(publicUrl),
    ...distinct.map((text) => ({ value: text, differences: listDifferences(publicUrl, text) })),
  ];
}

function listCandidates({ delivery }: Subject, configured: Address | undefined): readonly string[] {
  const { headers, url } = delivery;
  const header = (name: string): readonly string[] => {
    const value = headers[name];
    return typeof value === 'string' && value.length < 1024 ? [value.replace(/,.*/, '').trim()] : [];
  };
  const hosts = [
    ...(configured === undefined ? [] : [configured.host]),
    ...header('x-forwarded-host'),
    ...header('x-original-host'),
    ...header('host'),
  ].filter((host) => URL.canParse(`http://${host}/`));
  const ports = [...header('x-forwarded-port'), '443', '80', '3000', '8080'];
  const authorities = hosts.flatMap((host) => {
    const name = host.replace(/:\d*$/, '');
    return [host, name, name.toLowerCase(), ...ports.map((port) => `${name}:${port}`)];
  });
  const received = readAddress(`http://host${url.startsWith('/') ? url : `/${url}`}`);
  const paths = [
    ...(configured === undefined ? [] : listPaths(configured, received.query)),
    ...listPaths(received, configured?.query),
    ...header('x-forwarded-prefix').flatMap((start) => addPrefix(start, received)),
    ...PATH_HEADERS.flatMap(header).filter((path) => path.startsWith('/')),
    '',
    '/',
  ];
  const texts = [...new Set(authorities)].flatMap((host) =>
    [...new Set(paths)].flatMap((path) => ['https', 'http'].map((scheme) => `${scheme}://${host}${path}`)),
  );
  const addresses = texts.filter((text) => URL.canParse(text));
  return configured === undefined ? addresses : sortByDistance(configured, addresses);
}

function addPrefix(start: string, { path, query }: Address): readonly string[] {
  const prefix = `/${start
    .split('/')
    .filter((part) => part !== '')
    .join('/')}`;
  return [prefix + path + query, prefix + path, ...(path === '/' ? [prefix + query, prefix] : [])];
}

/** The path and query of an address in their usual writings. */
function listPaths({ path, query }: Address, otherQuery = ''): readonly string[] {
  const slash = path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
  const queries = [query, ...listWritings(query), '', otherQuery];
  return [path, slash, ...listWritings(path)].flatMap((one) => queries.map((two) => one + two));
}

/** A text with its percent escapes in other writings. */
function listWritings(text: string): readonly string[] {
  const forms = [
    text.replace(/%([2-7][0-9a-f])/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16))),
    text.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase()),
    text.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toLowerCase()),
    text.replaceAll('+', '%20'),
    text.replaceAll('%20', '+'),
    text.replace(/[:@,;|!']/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`),
  ];
  return [...new Set(forms)].filter((form) => form !== text);
}

function sortByDistance(configured: Address, texts: readonly string[]): readonly string[] {
  const distance = (text: string): number => {
    const other = readAddress(text);
    return (['scheme', 'host', 'path', 'query'] as const).filter((part) => other[part] !== configured[part])
      .length;
  };
  return texts
    .map((text) => [distance(text), text] as const)
    .sort(([one], [other]) => one - other)
    .map(([, text]) => text);
}

/** The parts of an address that begins with its scheme. */
function readAddress(text: string): Address {
  const whole = text.slice(0, `${text}#`.indexOf('#'));
  const start = whole.indexOf('://') + 3;
  const rest = whole.slice(start);
  const host = rest.slice(0, rest.search(/[/?]|$/));
  const query = rest.slice(`${rest}?`.indexOf('?'));
  return {
    scheme: whole.slice(0, start - 3),
    host,
    path: rest.slice(host.length, rest.length - query.length),
    query,
  };
}

/** One mistake for each part that differs, and for no other. */
function listDifferences(own: string, text: string): readonly Difference[] {
  const observed = `What was signed has the address ${showText(text, 200)}, where "publicUrl" says ${showText(own, 200)}.`;
  const [one, other] = [readAddress(own), readAddress(text)];
  const [ownName, name] = [readHostName(one), readHostName(other)];
  const isPort = one.host.slice(ownName.length) !== other.host.slice(name.length);
  const isSlash = one.path.replace(/\/$/, '') === other.path.replace(/\/$/, '');
  const parts: readonly (readonly [boolean, FindingCode])[] = [
    [one.scheme.toLowerCase() !== other.scheme.toLowerCase(), 'signed-url-scheme'],
    [ownName !== name, 'signed-url-host'],
    [isPort, 'signed-url-port'],
    [one.path !== other.path, isSlash ? 'signed-url-slash' : 'signed-url-path'],
    [one.query !== other.query, 'signed-url-query'],
  ];
  return parts.filter(([differs]) => differs).map(([, code]) => ({ code, observed }));
}

function readHostName({ host }: Address): string {
  return host.replace(/:\d*$/, '');
}
