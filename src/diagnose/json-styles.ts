import { makeVariant, type Variant } from './findings';
import { parseJson, readJson, writeJson, type JsonStyle } from './json-text';

// Larger texts are written by JSON.stringify alone, which is many times as fast.
const STYLED_UP_TO = 128 * 1024;

interface NamedStyle extends JsonStyle {
  readonly name: string;
}

const hex = (character: string): string => character.charCodeAt(0).toString(16).padStart(4, '0');
const makeEscaper = (pattern: RegExp) => (text: string) =>
  JSON.stringify(text).replace(pattern, (character) => `\\u${hex(character)}`);

// How the serialisers of the field write a string, beside what JSON demands.
const RAW = (text: string): string => JSON.stringify(text);
const ASCII = makeEscaper(/[\u007f-\uffff]/g);
const HTML = makeEscaper(/[<>&\u2028\u2029]/g);
const HTML_ASCII = makeEscaper(/[<>&\u007f-\uffff]/g);
const SLASHES = (text: string): string => RAW(text).replaceAll('/', '\\/');
const ASCII_SLASHES = (text: string): string => ASCII(text).replaceAll('/', '\\/');
const GSON = makeEscaper(/[<>&'=\u2028\u2029]/g);
const DOTNET = (text: string): string =>
  RAW(text)
    .replaceAll('\\"', '\\u0022')
    .replace(/[<>&'+`\u007f-\uffff]/g, (character) => `\\u${hex(character).toUpperCase()}`);

const ALPHABETIC = (one: string, other: string): number => (one < other ? -1 : 1);
// PostgreSQL (jsonb) and MySQL: the shortest name first.
const BY_LENGTH = (one: string, other: string): number => one.length - other.length || ALPHABETIC(one, other);

const AS_WRITTEN = (literal: string): string => literal;
const BIG_NUMBER = /\d{17,20}/g;
const AS_JAVASCRIPT = (literal: string): string =>
  Number.isFinite(Number(literal)) ? String(Number(literal)) : literal;

interface Layout {
  readonly name: string;
  readonly comma: string;
  readonly colon: string;
  readonly indent: string;
}

const COMPACT: Layout = { name: 'compact', comma: ',', colon: ':', indent: '' };
const SPACED: Layout = { name: 'with ", " and ": "', comma: ', ', colon: ': ', indent: '' };
const makePretty = (indent: string, name: string): Layout => ({
  name: `pretty-printed with ${name}`,
  comma: ',',
  colon: ': ',
  indent,
});
const TWO = makePretty('  ', '2 spaces');
const FOUR = makePretty('    ', '4 spaces');
const TABS = makePretty('\t', 'tabs');

interface Family {
  readonly name: string;
  readonly layouts: readonly Layout[];
  readonly strings: readonly (readonly [string, JsonStyle['quote']])[];
  readonly orders: readonly (readonly [string, JsonStyle['order']])[];
  readonly numbers?: JsonStyle['number'];
}

const KEPT = ['', undefined] as const;
const SORTED = [', its keys sorted', ALPHABETIC] as const;

// The serialisers in use, and how they write; only combinations that occur.
const FAMILIES: readonly Family[] = [
  {
    name: 'JSON.stringify of JavaScript',
    layouts: [COMPACT, TWO, FOUR, TABS],
    strings: [['', RAW]],
    orders: [KEPT, SORTED],
    numbers: AS_JAVASCRIPT,
  },
  {
    name: 'json.dumps of Python',
    layouts: [SPACED, COMPACT, TWO, FOUR],
    strings: [
      [', ASCII only', ASCII],
      ['', RAW],
    ],
    orders: [KEPT, SORTED],
  },
  {
    name: 'json_encode of PHP',
    layouts: [COMPACT, FOUR],
    strings: [
      [', ASCII only, slashes escaped', ASCII_SLASHES],
      [', slashes escaped', SLASHES],
      [', ASCII only', ASCII],
    ],
    orders: [KEPT],
  },
  {
    name: 'encoding/json of Go',
    layouts: [COMPACT, TWO, TABS],
    strings: [[', with <, > and & escaped', HTML]],
    orders: [KEPT, SORTED],
  },
  {
    name: 'ActiveSupport of Ruby on Rails',
    layouts: [COMPACT],
    strings: [
      [', with <, > and & escaped, and slashes', (text) => HTML(text).replaceAll('/', '\\/')],
      [', with <, > and & escaped, ASCII only', HTML_ASCII],
      [
        ', with <, > and & escaped, slashes too, ASCII only',
        (text) => HTML_ASCII(text).replaceAll('/', '\\/'),
      ],
    ],
    orders: [KEPT],
  },
  {
    name: 'Gson of Java',
    layouts: [COMPACT, TWO],
    strings: [[", with <, >, &, = and ' escaped", GSON]],
    orders: [KEPT],
  },
  {
    name: 'System.Text.Json of .NET',
    layouts: [COMPACT, TWO],
    strings: [[', everything escaped that could be HTML', DOTNET]],
    orders: [KEPT],
  },
  {
    name: 'jsonb of PostgreSQL',
    layouts: [SPACED],
    strings: [['', RAW]],
    orders: [[', its keys sorted by length', BY_LENGTH]],
  },
];

const STYLES: readonly NamedStyle[] = FAMILIES.flatMap(({ name, layouts, strings, orders, numbers }) =>
  layouts.flatMap((layout) =>
    strings.flatMap(([escapes, quote]) =>
      orders.map(([order, compare]) => ({
        ...layout,
        name: `${layout.name}${escapes}${order}, as by ${name}`,
        quote,
        order: compare,
        number: numbers ?? AS_WRITTEN,
      })),
    ),
  ),
);

/** The same JSON as other serialisers write it. */
export function* rewriteJson(text: string): Generator<Variant<Buffer>> {
  // By JavaScript itself first: it reorders keys that look like numbers and drops copies.
  const value = parseJson(text)?.value;
  const node = readJson(text);
  if (typeof value !== 'object' || value === null || node === undefined) return;
  // The same number in a text still has the digits that a double has lost.
  const exact = new Map((text.match(BIG_NUMBER) ?? []).map((digits) => [String(Number(digits)), digits]));
  for (const [name, indent] of [
    ['compact', undefined],
    ['pretty-printed with 2 spaces', 2],
    ['pretty-printed with 4 spaces', 4],
  ] as const) {
    yield* addEnds(JSON.stringify(value, undefined, indent), `${name}, as by JSON.stringify of JavaScript`);
  }
  if (text.length > STYLED_UP_TO) return;
  for (const style of STYLES) {
    yield* addEnds(writeJson(node, style), style.name);
    if (exact.size === 0 || style.number !== AS_WRITTEN) continue;
    const number = (literal: string): string => exact.get(literal) ?? literal;
    yield* addEnds(writeJson(node, { ...style, number }), `${style.name}, with the digits of large numbers`);
  }
}

function* addEnds(text: string, name: string): Generator<Variant<Buffer>> {
  const variant = (written: string, more: string): Variant<Buffer> =>
    makeVariant(
      Buffer.from(written),
      'body-reserialised',
      `What was signed is the same JSON in another writing: ${name}${more}.`,
    );
  yield variant(text, '');
  yield variant(`${text}\n`, ', and a line break behind it');
  if (text.includes('\n')) yield variant(text.replaceAll('\n', '\r\n'), ', with CRLF');
}
