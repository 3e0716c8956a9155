import { isUtf8 } from 'node:buffer';
import { BEYOND_LATIN_1 } from '../core/charset';
import { compressed, inflated } from './compression';
import { changed, type Variant } from './findings';
import type { FindingCode } from './fixes';
import { encodedForms } from './forms';
import { asJson, parsed } from './json-text';
import { reserialised } from './json-styles';

/** One way in which bodies are changed, and how the signed bytes are got back from what arrived. */
interface BodyChange {
  readonly code: FindingCode;
  readonly observed: string;
  /** Bodies above this size are left alone. */
  readonly maxBytes: number;
  /** Texts are written as UTF-8, but bytes are characters of one byte each. */
  readonly ofText?: (text: string) => readonly string[];
  readonly ofBytes?: (bytes: string) => readonly string[];
}

const ANY_SIZE = Infinity;
const MEGABYTE = 1024 * 1024;
const SMALL = 64 * 1024;
const BOM = '\xef\xbb\xbf';
const REPLACEMENT = '\xef\xbf\xbd';
const WINDOWS_1252 = new Map(
  Array.from({ length: 256 }, (_, byte) => [BEYOND_LATIN_1[byte - 0x80] ?? String.fromCharCode(byte), byte]),
);
const ENVELOPE = ['body', 'rawBody', 'data', 'payload', 'Message', 'message', 'content', 'event', 'detail'];
const BASE64 = /^[A-Za-z0-9+/]{4,}={0,2}\s*$/;

// The least that can happen: a few bytes at the ends.
const SMALL_CHANGES: readonly BodyChange[] = [
  {
    code: 'body-added',
    observed: 'What was signed is an empty body, but one arrived.',
    maxBytes: ANY_SIZE,
    ofBytes: (bytes) => (bytes === '' ? [] : ['']),
  },
  {
    code: 'body-empty',
    observed: 'What was signed is a body such as {}, but none arrived.',
    maxBytes: 0,
    ofBytes: () => ['{}', '[]', 'null', '""', '{}\n', '\n'],
  },
  {
    code: 'body-newline',
    observed: 'A line break at the end was lost.',
    maxBytes: ANY_SIZE,
    ofBytes: (bytes) => [`${bytes}\n`, `${bytes}\r\n`],
  },
  {
    code: 'body-newline',
    observed: 'A line break was added at the end.',
    maxBytes: ANY_SIZE,
    ofBytes: (bytes) => [bytes.replace(/\r?\n$/, '')],
  },
  {
    code: 'body-bom',
    observed: 'The byte order mark at the beginning was lost or added.',
    maxBytes: ANY_SIZE,
    ofBytes: (bytes) => [bytes.startsWith(BOM) ? bytes.slice(BOM.length) : BOM + bytes],
  },
  {
    code: 'body-line-ends',
    observed: 'The ends of lines were changed between CRLF and LF.',
    maxBytes: MEGABYTE,
    ofBytes: (bytes) => [bytes.replaceAll('\r\n', '\n'), bytes.replace(/\r?\n/g, '\r\n')],
  },
  {
    code: 'body-white-space',
    observed: 'White space around the body was lost or added.',
    maxBytes: MEGABYTE,
    ofBytes: (bytes) => [bytes.trim(), `${bytes} `, bytes.trimEnd(), bytes.trimStart()],
  },
];

// What is tried after the same JSON in other writings.
const OTHER_CHANGES: readonly BodyChange[] = [
  {
    code: 'body-double-encoded',
    observed: 'What was signed is the text that is inside this JSON string, or this text as a JSON string.',
    maxBytes: MEGABYTE,
    ofText: (text) => [
      JSON.stringify(text),
      ...[parsed(text)?.value].filter((value) => typeof value === 'string'),
    ],
  },
  {
    code: 'body-wrapped',
    observed: 'What was signed is a part of this body: an envelope was put around it.',
    maxBytes: MEGABYTE,
    ofText: envelopeContents,
  },
  {
    code: 'body-base64',
    observed: 'What was signed is the content of this base64 text.',
    maxBytes: MEGABYTE,
    ofBytes: (bytes) => (BASE64.test(bytes) ? [Buffer.from(bytes, 'base64').toString('latin1')] : []),
  },
  {
    code: 'body-form-decoded',
    observed: 'What was signed is the form in another encoding, or its content.',
    maxBytes: SMALL,
    ofText: encodedForms,
  },
  {
    code: 'body-charset',
    observed: 'What was signed are the same characters in another charset.',
    maxBytes: MEGABYTE,
    ofBytes: otherCharsets,
  },
  {
    code: 'body-normalised',
    observed: 'What was signed has the same letters with their accents composed in another way (NFC, NFD).',
    maxBytes: MEGABYTE,
    ofText: (text) => [text.normalize('NFC'), text.normalize('NFD')],
  },
  {
    code: 'body-utf8-replaced',
    observed: 'Bytes that are not UTF-8 were replaced by U+FFFD.',
    maxBytes: SMALL,
    ofBytes: (bytes) => {
      const parts = bytes.split(REPLACEMENT);
      if (parts.length === 1) return [];
      return Array.from({ length: 128 }, (_, index) => parts.join(String.fromCharCode(128 + index)));
    },
  },
];

/** What the body may have been when it was signed; large bodies get the cheap changes only. */
export function* bodyVariants(body: Buffer): Generator<Variant<Buffer>> {
  const bytes = body.toString('latin1');
  const text = body.length <= MEGABYTE && isUtf8(body) ? body.toString('utf8') : undefined;
  yield* applied(SMALL_CHANGES, bytes, text);
  if (text !== undefined) yield* reserialised(text);
  yield* inflated(body);
  yield* applied(OTHER_CHANGES, bytes, text);
  if (body.length <= SMALL) yield* compressed(body);
}

function* applied(
  changes: readonly BodyChange[],
  bytes: string,
  text: string | undefined,
): Generator<Variant<Buffer>> {
  for (const { maxBytes, code, observed, ofBytes, ofText } of changes) {
    if (bytes.length > maxBytes) continue;
    for (const value of ofBytes?.(bytes) ?? []) yield changed(Buffer.from(value, 'latin1'), code, observed);
    if (text === undefined) continue;
    for (const value of ofText?.(text) ?? []) yield changed(Buffer.from(value, 'utf8'), code, observed);
  }
}

function envelopeContents(text: string): readonly string[] {
  const value = parsed(text)?.value;
  if (typeof value !== 'object' || value === null) return [];
  return ENVELOPE.flatMap((name) => {
    const inner = Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
    if (typeof inner === 'object' && inner !== null) return [asJson(inner)];
    if (typeof inner !== 'string') return [];
    return BASE64.test(inner) ? [inner, Buffer.from(inner, 'base64').toString('utf8')] : [inner];
  });
}

/** In characters of one byte each. */
function otherCharsets(bytes: string): readonly string[] {
  const text = Buffer.from(bytes, 'latin1').toString('utf8');
  const codes = Array.from(text, (character) => WINDOWS_1252.get(character) ?? -1);
  return [
    // UTF-8 that was taken for Latin-1 or Windows-1252 and written as UTF-8 again.
    Buffer.from(text, 'latin1').toString('latin1'),
    ...(codes.includes(-1) ? [] : [Buffer.from(codes).toString('latin1')]),
    // Latin-1 that was written for UTF-8.
    Buffer.from(bytes, 'utf8').toString('latin1'),
    Buffer.from(text, 'utf16le').toString('latin1'),
    Buffer.from(Buffer.from(bytes, 'latin1').toString('utf16le'), 'utf8').toString('latin1'),
  ];
}
