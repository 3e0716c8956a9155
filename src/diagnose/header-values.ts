import type { Delivery } from '../core/delivery';
import { makeFinding, type Finding, type Variant } from './findings';
import type { FindingCode } from './fixes';
import { showText, type Subject } from './subject';

const MAX_HEADERS = 64;
const MAX_RENAMED = 32;
// Prefixes that gateways put in front of a name.
const COMMON_START = /^(?:http|xamznremapped|xoriginal|xforwarded|x)/;

/** The values of the first of the named headers that is there: several where it came several times. */
export function readValues(
  { headers, rawHeaders = [] }: Delivery,
  names: readonly string[],
): readonly string[] {
  for (const name of names) {
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    if (value === undefined) continue;
    const raw = rawHeaders.filter(
      (_, index) => index % 2 === 1 && String(rawHeaders[index - 1]).toLowerCase() === name,
    );
    const values = raw.length > 1 ? raw : [value].flat();
    return values.map(String);
  }
  return [];
}

/** The values of other headers that may belong into one that is missing. */
export function searchOtherHeaders<Value>(
  { delivery, plan: compiled }: Subject,
  name: string,
  read: (text: string, header: string) => readonly Variant<Value>[],
): readonly Variant<Value>[] {
  const { signatureHeaders, timestampHeaders, idHeaders } = compiled;
  const own = [...signatureHeaders, ...timestampHeaders, ...idHeaders];
  return Object.entries(delivery.headers)
    .slice(0, MAX_HEADERS)
    .filter(([header, value]) => typeof value === 'string' && value.length <= 1024 && !own.includes(header))
    .flatMap(([header, value]) => {
      const observed = `What belongs into ${name} is in the header "${showText(header)}".`;
      return read(String(value), header).map((variant) => ({
        value: variant.value,
        differences: [{ code: 'header-renamed' as const, observed }, ...variant.differences],
      }));
    })
    .slice(0, MAX_RENAMED);
}

// Letters of a name without its prefix: where all agree, and where only its beginning or its end does.
const MIN_SAME = 4;
const MIN_ALIKE = 8;

/** Headers whose names have the beginning or the end in common with one that is missing. */
export function findLookAlikes({ delivery }: Subject, name: string): readonly string[] {
  const wanted = stripName(name);
  const isSame = (other: string): boolean => stripName(other) === wanted;
  return Object.keys(delivery.headers)
    .slice(0, MAX_HEADERS)
    .sort((one, other) => Number(isSame(other)) - Number(isSame(one)))
    .filter((other) => {
      const found = stripName(other);
      const [short, long] = found.length < wanted.length ? [found, wanted] : [wanted, found];
      const isLong = short.length >= MIN_ALIKE;
      return (
        (found === wanted && wanted.length >= MIN_SAME) ||
        (isLong && (long.endsWith(short) || long.startsWith(short)))
      );
    });
}

export function describeMissing(
  { delivery, plan: compiled }: Subject,
  code: FindingCode,
  name: string,
): Finding {
  const count = Object.keys(delivery.headers).length;
  return makeFinding(
    code,
    'certain',
    `${name} is not there, among ${count} header${count === 1 ? '' : 's'}.`,
    `${compiled.provider.name} sends it with every delivery that is signed.`,
  );
}

export function describeRepeated(name: string, count: number): Finding {
  return makeFinding(
    'header-repeated',
    'certain',
    `${name} is there ${count} times.`,
    'The two sides may look at different values, so hooklatch takes none.',
  );
}

export function describeJoined(name: string, count: number): Finding {
  return makeFinding(
    'header-joined',
    'certain',
    `${name} holds ${count} values in one line.`,
    'The two sides may look at different values, so hooklatch takes none.',
  );
}

/** A value with its percent escapes of ASCII decoded, and without white space and quotes around it. */
export function decodeEscapes(text: string): string {
  return text
    .replace(/%([2-7][0-9a-f])/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
    .trim()
    .replace(/^"(.*)"$/s, '$1');
}

/** A name without signs and the prefixes of gateways. */
export function stripName(name: string): string {
  let core = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  for (let next = core.replace(COMMON_START, ''); next !== core; next = core.replace(COMMON_START, ''))
    core = next;
  return core;
}
