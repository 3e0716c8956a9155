import type { Delivery } from '../../core/delivery';
import { readHeader } from '../../core/headers';
import { listAt, listText, type Dictionary, type FieldParameters } from './structured-fields';

/** The parts of a message that one signature covers, and how (RFC 9421, section 2.3). */
export interface SignatureInput {
  /** The names of headers and derived components (`'@method'`), each once, none with parameters. */
  readonly components: readonly string[];
  readonly parameters: FieldParameters;
}

/** An address in the parts that derived components are made of; the path is as it was received. */
interface Address {
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly query: string | undefined;
}

const ADDRESS = /^(https?:\/\/[^/?#]+)((?:\/[^?#]*)?)(\?[^#]*)?$/i;
const COMPONENT = /^@?[a-z0-9][a-z0-9_-]*$/;
const MAX_COMPONENTS = 32;
// A signature base is ASCII, and one line for each component.
const ONE_LINE = /^[\x20-\x7e]*$/;

const DERIVED = new Map<string, (method: string, address: Address) => string>([
  ['@method', (method) => method],
  ['@scheme', (_method, { scheme }) => scheme],
  ['@authority', (_method, { authority }) => authority],
  ['@path', (_method, { path }) => path],
  ['@query', (_method, { query = '?' }) => query],
  ['@request-target', (_method, { path, query = '' }) => path + query],
  [
    '@target-uri',
    (_method, { scheme, authority, path, query = '' }) => `${scheme}://${authority}${path}${query}`,
  ],
]);

/** Whether a name can be covered: a header, or a derived component that a request without its response has. */
export function isComponent(name: string): boolean {
  return COMPONENT.test(name) && (!name.startsWith('@') || DERIVED.has(name));
}

/**
 * The parts that the signature with a label covers, from the dictionary in Signature-Input. `undefined` where it is not there,
 * covers something twice, or has components with parameters, which no webhook needs.
 */
export function readSignatureInput(dictionary: Dictionary, label: string): SignatureInput | undefined {
  const list = listAt(dictionary, label);
  if (list === undefined || list.items.length > MAX_COMPONENTS) return undefined;
  const components = list.items.map(({ value, parameters }) =>
    typeof value === 'string' && parameters.size === 0 ? value : '',
  );
  const isClean = components.every(isComponent) && new Set(components).size === components.length;
  const isKnown = [...list.parameters.values()].every(isIntegerOrString);
  return isClean && isKnown ? { components, parameters: list.parameters } : undefined;
}

// All that the parameters of RFC 9421 can be.
function isIntegerOrString(value: unknown): boolean {
  return Number.isInteger(value) || typeof value === 'string';
}

/** The value of Signature-Input, and of `@signature-params` in the signature base. */
export function signatureParameters({ components, parameters }: SignatureInput): string {
  return listText(components, parameters);
}

/**
 * The text that is signed (RFC 9421, section 2.5). `delivery.url` is the whole address. `undefined` where a header is
 * missing, repeated, or not ASCII.
 */
export function signatureBase(input: SignatureInput, delivery: Delivery): string | undefined {
  const address = readAddress(delivery.url);
  if (address === undefined) return undefined;
  const lines: string[] = [];
  for (const name of input.components) {
    const derive = DERIVED.get(name);
    const value = derive === undefined ? readHeader(delivery, [name]) : derive(delivery.method, address);
    if (typeof value !== 'string' || !ONE_LINE.test(value)) return undefined;
    lines.push(`"${name}": ${value.trim()}`);
  }
  lines.push(`"@signature-params": ${signatureParameters(input)}`);
  return lines.join('\n');
}

/** Whether what is demanded is covered. The target URI can also be covered in parts. */
export function coversAll(components: readonly string[], demanded: readonly string[], url: string): boolean {
  const has = (...names: readonly string[]): boolean => names.every((name) => components.includes(name));
  const coversTarget =
    has('@target-uri') ||
    has('@authority', '@request-target') ||
    has('@authority', '@path', ...(url.includes('?') ? ['@query'] : []));
  return demanded.every((name) => (name === '@target-uri' ? coversTarget : has(name)));
}

// Scheme and authority are normalised (RFC 9421, section 2.2.3); path and query are not, because the application
// that routes by them gets them as they came.
function readAddress(url: string): Address | undefined {
  const [, origin = '', path = '', query] = ADDRESS.exec(url) ?? [];
  if (!URL.canParse(origin)) return undefined;
  const { protocol, host } = new URL(origin);
  return { scheme: protocol.slice(0, -1), authority: host, path: path === '' ? '/' : path, query };
}
