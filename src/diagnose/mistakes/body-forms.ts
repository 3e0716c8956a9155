import { BEYOND_LATIN_1 } from '../../core/charset';
import { listForms } from '../forms';
import { formatJson, parseJson } from '../json-text';
import type { BodyMistake } from './mistake';

const MEGABYTE = 1024 * 1024;
const SMALL = 64 * 1024;
const REPLACEMENT = '\xef\xbf\xbd';
const WINDOWS_1252 = new Map(
  Array.from({ length: 256 }, (_, byte) => [BEYOND_LATIN_1[byte - 0x80] ?? String.fromCharCode(byte), byte]),
);
const ENVELOPE = ['body', 'rawBody', 'data', 'payload', 'Message', 'message', 'content', 'event', 'detail'];
const BASE64 = /^[A-Za-z0-9+/_-]{4,}={0,2}\s*$/;
const ENTITIES: Readonly<Record<string, string>> = {
  '&quot;': '"',
  '&#34;': '"',
  '&#x22;': '"',
  '&#39;': "'",
  '&#039;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&#x2F;': '/',
  '&#47;': '/',
  '&amp;': '&',
};
const ENTITY = /&(?:quot|apos|lt|gt|amp|#34|#0?39|#47|#x22|#x27|#x2F);/g;

// Changes that are tried after the same JSON in other writings.
export const OTHER_MISTAKES: readonly BodyMistake[] = [
  {
    code: 'body-escaped',
    says: 'The body was escaped for HTML on the way, as &quot; for a quote.',
    maxBytes: MEGABYTE,
    undo: (bytes) =>
      bytes.includes('&') ? [bytes.replace(ENTITY, (entity) => String(ENTITIES[entity]))] : [],
  },
  {
    code: 'body-escaped',
    says: 'The escapes of HTML in the body, such as &amp;, were taken out on the way.',
    maxBytes: SMALL,
    undo: escapeForHtml,
  },
  {
    code: 'body-escaped',
    says: 'Backslashes were added to the body on the way, or taken out of it.',
    maxBytes: SMALL,
    undo: (bytes) => [
      bytes.replace(/\\(["'\\/])/g, '$1'),
      bytes.replace(/["'\\]/g, '\\$&'),
      bytes.replace(/"/g, '\\"'),
    ],
  },
  {
    code: 'body-double-encoded',
    says: 'The signed body is the text inside this JSON string.',
    maxBytes: MEGABYTE,
    isText: true,
    undo: (text) => [parseJson(text)?.value].filter((value) => typeof value === 'string'),
  },
  {
    code: 'body-double-encoded',
    says: 'The signed body is this text as a JSON string.',
    maxBytes: MEGABYTE,
    isText: true,
    undo: (text) => [JSON.stringify(text)],
  },
  {
    code: 'body-wrapped',
    says: 'The signed body is a part of this one: an envelope was put around it.',
    maxBytes: MEGABYTE,
    isText: true,
    undo: readEnvelope,
  },
  {
    code: 'body-base64',
    says: 'The signed body is the content of this base64 text.',
    maxBytes: MEGABYTE,
    undo: (bytes) => (BASE64.test(bytes) ? [Buffer.from(bytes, 'base64').toString('latin1')] : []),
  },
  {
    code: 'body-base64',
    says: 'The signed body is the base64 text of this one.',
    maxBytes: SMALL,
    undo: (bytes) => [Buffer.from(bytes, 'latin1').toString('base64')],
  },
  {
    code: 'body-form-decoded',
    says: 'The signed body is the percent-decoded text of this one.',
    maxBytes: SMALL,
    undo: decodePercent,
  },
  {
    code: 'body-form-decoded',
    says: 'The signed body is the form in another encoding, or its content.',
    maxBytes: SMALL,
    isText: true,
    undo: listForms,
  },
  {
    code: 'body-charset',
    says: 'The body was read as Latin-1 (ISO 8859-1) and written as UTF-8: the signed body is the UTF-8 before that.',
    maxBytes: MEGABYTE,
    undo: (bytes) => [
      Buffer.from(Buffer.from(bytes, 'latin1').toString('utf8'), 'latin1').toString('latin1'),
    ],
  },
  {
    code: 'body-charset',
    says: 'The body was read as Windows-1252 and written as UTF-8: the signed body is the text before that.',
    maxBytes: MEGABYTE,
    undo: writeWindows1252,
  },
  {
    code: 'body-charset',
    says: 'The body is in Latin-1 (ISO 8859-1): the signed body is the same text in UTF-8.',
    maxBytes: MEGABYTE,
    undo: (bytes) => [Buffer.from(bytes, 'utf8').toString('latin1')],
  },
  {
    code: 'body-charset',
    says: 'The body is in UTF-8: the signed body is the same text in UTF-16.',
    maxBytes: MEGABYTE,
    undo: (bytes) => {
      const text = Buffer.from(bytes, 'latin1').toString('utf8');
      return [text, `\ufeff${text}`].map((one) => Buffer.from(one, 'utf16le').toString('latin1'));
    },
  },
  {
    code: 'body-charset',
    says: 'The body is in UTF-16: the signed body is the same text in UTF-8.',
    maxBytes: MEGABYTE,
    undo: (bytes) => {
      const text = Buffer.from(bytes, 'latin1').toString('utf16le');
      return [text, text.replace(/^\ufeff/, '')].map((one) => Buffer.from(one, 'utf8').toString('latin1'));
    },
  },
  {
    code: 'body-normalised',
    says: 'The signed body has its accents composed (NFC), and this one has them decomposed.',
    maxBytes: MEGABYTE,
    isText: true,
    undo: (text) => [text.normalize('NFC')],
  },
  {
    code: 'body-normalised',
    says: 'The signed body has its accents decomposed (NFD), and this one has them composed.',
    maxBytes: MEGABYTE,
    isText: true,
    undo: (text) => [text.normalize('NFD')],
  },
  {
    code: 'body-utf8-replaced',
    says: 'Bytes that are not UTF-8 were replaced by U+FFFD.',
    alone: true,
    maxBytes: SMALL,
    undo: (bytes) => {
      const parts = bytes.split(REPLACEMENT);
      if (parts.length === 1) return [];
      return Array.from({ length: 128 }, (_, index) => parts.join(String.fromCharCode(128 + index)));
    },
  },
];

function escapeForHtml(bytes: string): readonly string[] {
  const ands = bytes.replaceAll('&', '&amp;');
  const tags = ands.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const quotes = tags.replaceAll('"', '&quot;');
  return [
    ands,
    tags,
    quotes,
    quotes.replaceAll("'", '&#39;'),
    quotes.replaceAll("'", '&#039;'),
    quotes.replaceAll("'", '&#x27;'),
  ];
}

function decodePercent(bytes: string): readonly string[] {
  if (!/%[0-9a-f]{2}/i.test(bytes)) return [];
  const decode = (text: string): string =>
    text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
  return [decode(bytes), decode(bytes.replaceAll('+', ' '))];
}

function readEnvelope(text: string): readonly string[] {
  const value = parseJson(text)?.value;
  if (typeof value !== 'object' || value === null) return [];
  return ENVELOPE.flatMap((name) => {
    const inner = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    if (typeof inner === 'object' && inner !== null) return [formatJson(inner)];
    if (typeof inner !== 'string') return [];
    return BASE64.test(inner) ? [inner, Buffer.from(inner, 'base64').toString('utf8')] : [inner];
  });
}

function writeWindows1252(bytes: string): readonly string[] {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  const codes = Array.from(text, (character) => WINDOWS_1252.get(character) ?? -1);
  return codes.includes(-1) ? [] : [Buffer.from(codes).toString('latin1')];
}
