import fc from 'fast-check';
import { defineProvider, paddle, standardWebhooks, stripe, type Provider } from 'hooklatch';
import { decodeText } from '../../src/core/encoding';
import { readSignatures } from '../../src/core/headers';
import { getCompiled } from '../../src/core/compiled-provider';
import { parseTimestamp } from '../../src/core/timestamp';

const RUNS = Number(process.env.FC_RUNS ?? 100);

const HEX = '0123456789abcdef';
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64URL = `${BASE64.slice(0, 62)}-_`;

/** The bytes of digits of so many bits, where what is left over is nothing; by arithmetic alone. */
function bytesOf(text: string, alphabet: string, bits: number): readonly number[] | undefined {
  const bytes: number[] = [];
  let rest = 0;
  let left = 0;
  for (const letter of text) {
    const digit = alphabet.indexOf(letter);
    if (digit === -1) return undefined;
    rest = rest * 2 ** bits + digit;
    left += bits;
    if (left < 8) continue;
    left -= 8;
    bytes.push(Math.floor(rest / 2 ** left));
    rest %= 2 ** left;
  }
  return rest === 0 && left < bits && bytes.length > 0 ? bytes : undefined;
}

/** RFC 4648, as it is written there. */
const GRAMMARS = {
  hex: (text: string) => bytesOf(text.toLowerCase().replaceAll('K', 'x'), HEX, 4),
  base64: (text: string) => {
    const [, digits = '', padding = ''] = /^([^=]*)(=*)$/.exec(text) ?? ['', '*'];
    return text.length % 4 === 0 && padding.length < 3 ? bytesOf(digits, BASE64, 6) : undefined;
  },
  base64url: (text: string) => bytesOf(text, BASE64URL, 6),
};

/** Text that is in an encoding, nearly is, or is not. */
const aText = (alphabet: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom(...Array.from(alphabet), '=', ' ', '\n', '*', 'é', 'İ', '0', '=='),
      maxLength: 12,
    }),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
  );

describe('decodeText()', () => {
  it.each([
    ['hex', `${HEX}ABCDEF`],
    ['base64', BASE64],
    ['base64url', BASE64URL],
  ] as const)('reads %s by its grammar, and nothing else', (encoding, alphabet) => {
    fc.assert(
      fc.property(aText(alphabet), (text) => {
        const bytes = decodeText(text, encoding);
        expect(bytes === undefined ? undefined : [...bytes]).toEqual(GRAMMARS[encoding](text));
      }),
      { numRuns: 10 * RUNS },
    );
  });
});

const isDigits = (text: string): boolean =>
  text.length > 0 &&
  Array.from(text).every((letter) => HEX.indexOf(letter) % 16 < 10 && HEX.includes(letter));

/** RFC 3339, letter by letter. Leap seconds are none of ours. */
function timeOf(text: string): number {
  const field = (from: number, to: number): number =>
    isDigits(text.slice(from, to)) ? Number(text.slice(from, to)) : NaN;
  if ([4, 7].some((at) => text[at] !== '-') || [13, 16].some((at) => text[at] !== ':') || text[10] !== 'T')
    return NaN;
  const [year, month, day] = [field(0, 4), field(5, 7), field(8, 10)];
  const [hour, minute, second] = [field(11, 13), field(14, 16), field(17, 19)];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? NaN;
  if (!(day >= 1 && day <= days && hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  let rest = text.slice(19);
  let milliseconds = 0;
  if (rest.startsWith('.')) {
    const end = Array.from(rest).findIndex((letter, index) => index > 0 && !isDigits(letter));
    const fraction = rest.slice(1, end === -1 ? undefined : end);
    if (fraction.length < 1 || fraction.length > 9) return NaN;
    milliseconds = Number(fraction.padEnd(9, '0').slice(0, 3));
    rest = rest.slice(1 + fraction.length);
  }
  const at = new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000;
  if (rest === 'Z') return at + milliseconds;
  const [sign, hours, minutes] = [rest[0], rest.slice(1, 3), rest.slice(4)];
  const isZone = (sign === '+' || sign === '-') && rest[3] === ':' && rest.length === 6;
  if (!isZone || !isDigits(hours) || !isDigits(minutes) || Number(hours) > 23 || Number(minutes) > 59)
    return NaN;
  return at + milliseconds - (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
}

const two = (most: number): fc.Arbitrary<string> =>
  fc.nat(most).map((number) => String(number).padStart(2, '0'));

const aDate = fc
  .tuple(
    fc.nat(9999).map((year) => String(year).padStart(4, '0')),
    two(13),
    two(32),
    fc.constantFrom('T', 'T', 'T', 't', ' '),
    two(24),
    two(60),
    two(60),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.[0-9]{0,11}$/)),
    fc.oneof(fc.constantFrom('Z', 'Z', 'z', ''), fc.stringMatching(/^[+-][0-2][0-9]:?[0-6][0-9]$/)),
  )
  .map(([year, month, day, t, hour, minute, second, fraction, zone]) =>
    [year, '-', month, '-', day, t, hour, ':', minute, ':', second, fraction, zone].join(''),
  );

describe('parseTimestamp()', () => {
  it('reads RFC 3339 by its grammar, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(aDate, fc.string({ maxLength: 30 })), (text) => {
        expect(parseTimestamp(text, 'rfc3339')).toBe(timeOf(text));
      }),
      { numRuns: 20 * RUNS },
    );
  });

  it.each([
    ['seconds', 10, 1000],
    ['milliseconds', 13, 1],
  ] as const)('reads %s as just so many digits', (unit, digits, factor) => {
    const aNumber = fc.oneof(
      fc.string({
        unit: fc.constantFrom(...Array.from('0123456789')),
        minLength: digits - 1,
        maxLength: digits + 1,
      }),
      fc.string({
        unit: fc.constantFrom(...Array.from('0123456789+-.eE _nx٣３')),
        minLength: digits,
        maxLength: digits,
      }),
      fc.double().map(String),
      fc.maxSafeInteger().map(String),
    );
    fc.assert(
      fc.property(aNumber, (text) => {
        const wanted = text.length === digits && isDigits(text) ? Number(text) * factor : NaN;
        expect(parseTimestamp(text, unit)).toBe(wanted);
      }),
      { numRuns: 10 * RUNS },
    );
  });
});

interface Read {
  readonly signatures: readonly string[];
  readonly timestamp: string | undefined;
}

/** The items of a header, as the page of the sender has them. */
function itemsOf({ signature, timestamp }: Provider, header: string): Read | undefined {
  const { items = '', assign = '', key = '', bare = false, encoding } = signature;
  const list = header.split(items).map((item) => (item.startsWith(' ') ? item.slice(1) : item));
  const pairs = list.map((item): readonly [string | undefined, string] => {
    const [name = '', ...rest] = item.split(assign);
    return rest.length === 0 ? [bare ? key : undefined, item] : [name, rest.join(assign)];
  });
  const own = pairs.filter(([name]) => name === key).map(([, value]) => GRAMMARS[encoding as 'hex'](value));
  const times = timestamp?.field === undefined ? [] : pairs.filter(([name]) => name === timestamp.field);
  const isWrong =
    pairs.length > 16 ||
    pairs.some(([name]) => name === undefined) ||
    own.some((bytes) => bytes?.length !== 32) ||
    own.length < 1 ||
    own.length > 8 ||
    times.length > 1;
  if (isWrong) return undefined;
  return {
    signatures: own.map((bytes) => Buffer.from(bytes ?? []).toString('hex')),
    timestamp: times[0]?.[1],
  };
}

const bareSignatures = defineProvider({
  name: 'bare',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Mac', items: ',', assign: '=', key: 'v1', bare: true, encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
});

/** Headers that are a list of items, nearly all of them pairs. */
function aHeader({ signature, timestamp }: Provider): fc.Arbitrary<string> {
  const { items = '', assign = '', key = '', encoding } = signature;
  const mac = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString(encoding));
  const other = fc.oneof(mac, mac, mac, fc.constantFrom('', '00', assign, 'x'));
  const signed = other.map((text) => key + assign + text);
  const item = fc.oneof(
    { weight: 6, arbitrary: signed },
    {
      weight: 2,
      arbitrary: fc.constantFrom(`${timestamp?.field ?? 'ts'}${assign}1767225600`, `v0${assign}00`),
    },
    { weight: 1, arbitrary: fc.constantFrom('', ' ', 'x', assign, `__proto__${assign}x`, key) },
    { weight: 1, arbitrary: mac },
  );
  const space = fc.constantFrom('', '', '', ' ', '  ');
  return fc
    .array(fc.tuple(space, item), { minLength: 1, maxLength: 18 })
    .map((list) => list.map(([before, text], index) => (index === 0 ? text : before + text)).join(items));
}

describe.each(
  [stripe, paddle, standardWebhooks, bareSignatures].map((provider) => [provider.name, provider] as const),
)('readSignatures() of %s', (_name, provider) => {
  const check = (header: string): void => {
    const fields = readSignatures(getCompiled(provider), header);
    const read = fields && {
      signatures: fields.signatures.map((bytes) => bytes.toString('hex')),
      timestamp: fields.timestamp,
    };
    expect(read).toEqual(itemsOf(provider, header));
  };

  it('reads lists of items by their grammar, and nothing else', () => {
    fc.assert(fc.property(aHeader(provider), check), { numRuns: 5 * RUNS });
  });

  it('reads a list of one item that is right, and no other text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 90 }), check), { numRuns: 2 * RUNS });
  });
});
