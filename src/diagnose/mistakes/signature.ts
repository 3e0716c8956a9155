import { readSignatures } from '../../core/headers';
import type { CompiledProvider } from '../../core/compiled-provider';
import type { Provider } from '../../core/provider';
import type { Difference, Variant } from '../findings';
import type { FindingCode } from '../fixes';
import { getName } from '../subject';

interface Token {
  readonly text: string;
  /** The text in front of it: `'sha256='`, `'v1,'`. */
  readonly prefix: string;
  /** Whether its spaces were read as plus signs. */
  readonly spaces?: true;
}

interface Decoder {
  readonly words: string;
  readonly decode: (text: string) => Buffer | undefined;
}

const MAX_TEXT = 8192;
const MAX_TOKENS = 24;
const SMALLEST = 8;
const HEX = /^(?:[0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;
const NAME =
  /^(?:[A-Za-z][A-Za-z0-9_-]{0,15}[=:](?=[^=])|(?:hmac-?)?sha-?(?:1|256|384|512)[ -]?(?=[A-Za-z0-9+/]{20}))/i;

const base64 = (text: string): Buffer | undefined =>
  BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
const hex = (text: string): Buffer | undefined => (HEX.test(text) ? Buffer.from(text, 'hex') : undefined);
// One digit is left over where a text was cut in the middle of a byte.
const cutHex = (text: string): Buffer | undefined =>
  text.length % 2 === 1 ? hex(text.slice(0, -1)) : undefined;

const DECODERS: readonly Decoder[] = [
  { words: 'hex', decode: hex },
  { words: 'hex with a digit too few', decode: cutHex },
  { words: 'base64', decode: (text) => (text.length % 4 === 0 ? base64(text) : undefined) },
  {
    words: 'base64url',
    decode: (text) => (BASE64URL.test(text) ? Buffer.from(text, 'base64url') : undefined),
  },
  { words: 'base64 without its padding', decode: base64 },
  { words: 'base64 of hexadecimal text', decode: (text) => hex(base64(text)?.toString('latin1') ?? '') },
  {
    words: 'hexadecimal of base64 text',
    decode: (text) => base64(hex(text)?.toString('latin1') ?? ''),
  },
];

/** The signatures that a header may hold, those that hooklatch itself reads first and without a change. */
export function listSignatures(compiled: CompiledProvider, text: string): readonly Variant<Buffer>[] {
  const read = readSignatures(compiled, text)?.signatures ?? [];
  const cut = text.slice(0, MAX_TEXT);
  const lenient =
    compiled.provider.algorithm === 'token'
      ? listTokens(compiled.provider, cut)
      : listLenient(compiled.provider, cut);
  return [...read.map((value) => ({ value, differences: [] })), ...lenient];
}

/** The faults in the writing of a signature, judged by its shape alone. */
export function findShape(compiled: CompiledProvider, text: string): readonly Difference[] {
  const variants = listSignatures(compiled, text);
  const fitting = variants.find(({ value }) => value.length === compiled.signatureBytes);
  return fitting?.differences ?? [];
}

/** How many bytes the signature in a header seems to have; 0 where there is none. */
export function measureSignature({ provider }: CompiledProvider, text: string): number {
  if (provider.algorithm === 'token') return 0;
  const variants = listLenient(provider, text.slice(0, MAX_TEXT));
  const own = variants.find(({ differences }) =>
    differences.every(({ code }) => !/encoding|joined/.test(code)),
  );
  return (own ?? variants[0])?.value.length ?? 0;
}

/** The text that the provider puts in front of a signature. */
function getPrefix({ signature: { prefix = '', key, assign } }: Provider): string {
  return key === undefined || assign === undefined ? prefix : key + assign;
}

// Shorter than any signature.
const WORD = /^[A-Za-z][\w-]{1,15}$/;
const INVISIBLE = /[\u00a0\u200b-\u200f\u2060\ufeff]/g;
const SCHEME = /^(?:Bearer|Basic|Token|Secret) +/i;

function listTokens({ signature }: Provider, text: string): readonly Variant<Buffer>[] {
  const { scheme, encoding } = signature;
  const prefix = scheme === undefined ? (signature.prefix ?? '') : `${scheme} `;
  const header = getName(signature.header);
  const plain = stripValue(text);
  const around = compareEnds(header, text, plain);
  const variant = (token: string, differences: readonly Difference[]): Variant<Buffer> => ({
    value: Buffer.from(token, encoding === 'utf8' ? 'latin1' : encoding),
    differences: [...around, ...differences],
  });
  const missing: Difference = {
    code: 'signature-prefix-missing',
    observed: `The header ${header} does not begin with "${prefix}".`,
  };
  const wrong: Difference = {
    code: 'signature-prefix-wrong',
    observed: `The header ${header} has another word in front of the token than the sender writes.`,
  };
  const doubled: Difference = {
    code: 'signature-prefix-doubled',
    observed: `The header ${header} has a word twice in front of the token.`,
  };
  const inner = plain.replace(SCHEME, '');
  const parts = plain.split(/,\s*/);
  const joined: Difference = {
    code: 'header-joined',
    observed: `The header ${header} holds ${parts.length} values in one line.`,
  };
  return [
    variant(plain, prefix === '' ? [] : [missing]),
    variant(inner, [wrong]),
    variant(inner.replace(SCHEME, ''), [doubled]),
    ...(parts.length > 1 ? parts.map((part) => variant(part.slice(prefix.length), [joined])) : []),
  ].filter(({ value }) => value.length > 0);
}

function listLenient(provider: Provider, text: string): readonly Variant<Buffer>[] {
  const header = getName(provider.signature.header);
  const plain = stripValue(text);
  const around = compareEnds(header, text, plain);
  const tokens = readTokens(plain, getPrefix(provider));
  const filled = readSpaces(provider, plain);
  const joined: readonly Difference[] =
    tokens.length > 1 && provider.signature.items === undefined
      ? [
          {
            code: 'header-joined',
            observed: `The header ${header} holds ${tokens.length} values in one line.`,
          },
        ]
      : [];
  const spaces: Difference = {
    code: 'signature-malformed',
    observed: `The value of ${header} has spaces where the sender wrote plus signs.`,
  };
  const read = new Set(tokens.map(({ text: token }) => token));
  const added = filled.filter(({ text: token }) => !read.has(token));
  return [...added, ...tokens].flatMap((token) =>
    DECODERS.flatMap(({ words, decode }) => {
      // Digits alone are hexadecimal: in base64 so many would be a wonder.
      if (words.startsWith('base64') && HEX.test(token.text) && token.text.length >= 32) return [];
      const value = decode(token.text);
      if (value === undefined || value.length < SMALLEST) return [];
      return [
        {
          value,
          differences: [
            ...around,
            ...(token.spaces === true ? [spaces] : joined),
            ...comparePrefix(provider, token),
            ...compareEncoding(provider, words),
          ],
        },
      ];
    }),
  );
}

/** The tokens of a header. A prefix that ends with a space, such as `'HMAC '`, is no token of its own. */
function readTokens(text: string, prefix: string): readonly Token[] {
  let word = '';
  let rest = text;
  while (prefix.endsWith(' ') && rest.startsWith(prefix)) {
    word += prefix;
    rest = rest.slice(prefix.length).trimStart();
  }
  return splitTokens(rest).map((token) => ({ ...token, prefix: word + token.prefix }));
}

function splitTokens(text: string): readonly Token[] {
  return text
    .split(/[,;\s]+/, MAX_TOKENS)
    .map((item, index, items) => {
      let prefix = '';
      let rest = item;
      for (let name = NAME.exec(rest); name !== null; name = NAME.exec(rest)) {
        prefix += name[0];
        rest = rest.slice(name[0].length);
      }
      // As in 'v1,<signature>', where the comma stands for '='.
      const before = items[index - 1] ?? '';
      if (prefix === '' && /^v[0-9]a?$/.test(before)) prefix = `${before},`;
      // A word in front, such as HMAC, which no scheme of ours has here.
      else if (index === 1 && WORD.test(before) && text.startsWith(`${before} `))
        prefix = `${before} ${prefix}`;
      return { text: rest, prefix };
    })
    .filter(({ text: token }) => token.length >= SMALLEST);
}

/** The tokens of a header whose plus signs have become spaces, as by the decoder of a form. */
function readSpaces(provider: Provider, text: string): readonly Token[] {
  const prefix = getPrefix(provider);
  const start = prefix.endsWith(' ') && text.startsWith(prefix) ? prefix.length : 0;
  const rest = text.slice(start).replace(/(?<=[A-Za-z0-9+/]) (?=[A-Za-z0-9+/=])/g, '+');
  if (rest === text.slice(start)) return [];
  return readTokens(text.slice(0, start) + rest, prefix).map((token) => ({ ...token, spaces: true }));
}

function comparePrefix(provider: Provider, { prefix }: Token): readonly Difference[] {
  const header = getName(provider.signature.header);
  const usual = getPrefix(provider);
  if (prefix === usual || (prefix === '' && provider.signature.bare === true)) return [];
  const differ = (code: FindingCode, words: string): readonly Difference[] => [
    { code, observed: `The signature in ${header} has ${words}.` },
  ];
  if (prefix === '') return differ('signature-prefix-missing', `no "${usual}" in front`);
  if (prefix === usual + usual) return differ('signature-prefix-doubled', `"${usual}" twice in front`);
  const right = usual === '' ? 'nothing' : `"${usual}"`;
  return differ('signature-prefix-wrong', `"${prefix}" in front, where ${provider.name} has ${right}`);
}

function compareEncoding({ name, signature }: Provider, words: string): readonly Difference[] {
  if (words === signature.encoding) return [];
  return [
    {
      code: 'signature-encoding',
      observed: `The signature in ${getName(signature.header)} is written in ${words}, where ${name} uses ${signature.encoding}.`,
    },
  ];
}

function compareEnds(header: string, text: string, plain: string): readonly Difference[] {
  if (text === plain) return [];
  const observed = `The value of ${header} has quotes, white space or escapes around it.`;
  return [{ code: 'signature-malformed', observed }];
}

/** The value without white space, quotes and percent escapes around and in it. */
function stripValue(text: string): string {
  const trimmed = text
    .replace(INVISIBLE, '')
    .trim()
    .replace(/^(["'<[(\u201c])(.*)["'>\])\u201d]$/s, '$2');
  return trimmed
    .replace(/%([2-7][0-9a-f])/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
    .trim();
}
