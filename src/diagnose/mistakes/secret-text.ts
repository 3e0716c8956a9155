import { isUtf8 } from 'node:buffer';
import { parseJson } from '../json-text';
import type { Mistake } from './mistake';

// Zero-width characters, marks of direction, the soft hyphen and the byte order mark.
const INVISIBLE = /[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]/g;
const QUOTES = /^\\?(["'`“”„‟‘’‚‛«»‹›])(.*?)\\?(["'`“”„‟‘’‚‛«»‹›])$/s;
const ONE_QUOTE = /^["'`“”‘’«]|["'`“”‘’»]$/g;
const ASSIGNED =
  /^\s*(?:export\s|set\s|\$env:|ENV\s|-\s)?["']?[A-Za-z_][\w.-]{0,63}["']?[ \t]{0,4}(?:[:=]|=>)[ \t]{0,4}(\S.*)$/s;
const SCHEME = /^(?:Bearer|Basic|Token|Secret|Key) +/i;
const BASE64 = /^[A-Za-z0-9+/_-]{8,}={0,2}$/;
const HEX = /^(?:[0-9a-f]{2}){4,}$/i;

/** Mistakes of the receiver: the text is more than the secret, or is written otherwise. */
export const TEXT_MISTAKES: readonly Mistake[] = [
  {
    code: 'secret-white-space',
    says: 'has white space around it that the sender does not use',
    undo: (text) => [text.trim()],
  },
  {
    code: 'secret-white-space',
    says: 'has invisible characters in it, such as a zero-width space',
    undo: (text) => [text.replace(INVISIBLE, '')],
  },
  {
    code: 'secret-quotes',
    says: 'is in quotes that the sender does not use',
    undo: (text) => [unquote(text), ...readString(text)],
  },
  {
    code: 'secret-quotes',
    says: 'has a quote at one end that the sender does not use',
    undo: (text) => [text.replace(ONE_QUOTE, '')],
  },
  {
    code: 'secret-white-space',
    says: 'has white space in it that the sender does not use',
    undo: (text) => [text.replace(/[\r\n\t]+\s*/g, ''), text.replace(/\s+/g, '')],
  },
  {
    code: 'secret-white-space',
    says: 'has line breaks written as \\n that the sender does not use',
    undo: (text) => [text.replaceAll('\\n', '\n'), text.replace(/\\n$/, '')],
  },
  {
    code: 'secret-format',
    says: 'has a name in front, as in NAME=value, that the sender does not use',
    undo: (text) => [ASSIGNED.exec(text)?.[1] ?? text],
  },
  {
    code: 'secret-format',
    says: 'is JSON, and the sender uses one field of it',
    undo: (text) => readFields(text),
  },
  {
    code: 'secret-format',
    says: 'has a comment behind it that the sender does not use',
    undo: (text) => cutComment(text),
  },
  {
    code: 'secret-format',
    says: 'has a comma or a semicolon behind it that the sender does not use',
    undo: (text) => [text.replace(/[,;]$/, '')],
  },
  {
    code: 'secret-format',
    says: 'has a word such as Bearer in front that the sender does not use',
    undo: (text) => [text.replace(SCHEME, '')],
  },
  {
    code: 'secret-encoding',
    says: 'is percent-encoded, and the sender uses it decoded',
    undo: (text) => tryToConvert(decodeURIComponent, text),
  },
  {
    code: 'secret-encoding',
    says: 'is used by the sender decoded from base64',
    undo: (text) => (BASE64.test(text) ? readText(Buffer.from(text, 'base64')) : []),
  },
  {
    code: 'secret-encoding',
    says: 'is used by the sender decoded from hexadecimal',
    undo: (text) => (HEX.test(text) ? readText(Buffer.from(text, 'hex')) : []),
  },
  {
    code: 'secret-encoding',
    says: 'has "-", "_" or spaces where the sender has "+" and "/"',
    undo: (text) => [text.replaceAll(' ', '+'), text.replaceAll('-', '+').replaceAll('_', '/')],
  },
  {
    code: 'secret-format',
    says: 'is damaged: the padding of its base64 is missing',
    undo: (text) => ['=', '=='].map((end) => text + end),
  },
];

/** Mistakes of the sender: it uses the text with more around it, or otherwise. */
export const SENDER_MISTAKES: readonly Mistake[] = [
  {
    code: 'secret-white-space',
    says: 'is used by the sender with white space behind it',
    undo: (text) => ['\n', '\r\n', ' '].map((end) => text + end),
  },
  {
    code: 'secret-quotes',
    says: 'is used by the sender with quotes around it',
    undo: (text) => [`"${text}"`, `'${text}'`],
  },
  {
    code: 'secret-case',
    says: 'is used by the sender in other letters, upper or lower case',
    undo: (text) => [text.toLowerCase(), text.toUpperCase()],
  },
  {
    code: 'secret-encoding',
    says: 'is used by the sender percent-encoded',
    undo: (text) => tryToConvert(encodeURIComponent, text),
  },
];

/** A text without a pair of quotes around it, typographic ones too. */
export function unquote(text: string): string {
  return QUOTES.exec(text)?.[2] ?? text;
}

function readString(text: string): readonly string[] {
  const value = text.startsWith('"') ? parseJson(text)?.value : undefined;
  return typeof value === 'string' ? [value] : [];
}

function cutComment(text: string): readonly string[] {
  const start = text.search(/[ \t](?:#|\/\/|;|--|\()/);
  return start === -1 ? [] : [text.slice(0, start).trimEnd()];
}

function readFields(text: string): readonly string[] {
  const value = /^\s*[{[]/.test(text) ? parseJson(text)?.value : undefined;
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .flatMap((field: unknown) =>
      typeof field === 'object' && field !== null ? (Object.values(field) as unknown[]) : [field],
    )
    .filter((field): field is string => typeof field === 'string')
    .slice(0, 16);
}

function readText(bytes: Buffer): readonly string[] {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : '';
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? [text] : [];
}

function tryToConvert(convert: (text: string) => string, text: string): readonly string[] {
  try {
    return [convert(text)];
  } catch {
    return [];
  }
}
