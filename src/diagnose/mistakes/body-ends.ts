import type { BodyMistake } from './mistake';

const ANY_SIZE = Infinity;
const MEGABYTE = 1024 * 1024;
const SMALL = 64 * 1024;
const BOM = '\xef\xbb\xbf';
const BEFORE = ['', ' ', '\n', '\r\n', '\t', '  '];
const BEHIND = ['', ' ', '\n', '\r\n', '\n\n', '\t', '  ', '\r\n\r\n', ' \n', '\0'];
// The ends of JSON that are short enough to be guessed.
const LOST_ENDS = [
  '}',
  ']',
  '}}',
  '"}',
  ']}',
  '}]',
  '"}}',
  '}]}',
  '}}}',
  '"]}',
  '\n}',
  '\n}\n',
  '\n]',
  '}\n',
  'e}',
  'l}',
];

// The least that can happen: a few bytes at the ends.
export const END_MISTAKES: readonly BodyMistake[] = [
  {
    code: 'body-added',
    says: 'The signed body is empty, but one arrived.',
    alone: true,
    maxBytes: ANY_SIZE,
    undo: (bytes) => (bytes === '' ? [] : ['']),
  },
  {
    code: 'body-empty',
    says: 'The signed body is one such as {}, but none arrived.',
    maxBytes: 0,
    undo: () => ['{}', '[]', 'null', '""', '{}\n', '\n'],
  },
  {
    code: 'body-newline',
    says: 'A line break at the end was lost.',
    maxBytes: ANY_SIZE,
    undo: (bytes) => [`${bytes}\n`, `${bytes}\r\n`],
  },
  {
    code: 'body-newline',
    says: 'A line break was added at the end.',
    maxBytes: ANY_SIZE,
    undo: (bytes) => [bytes.replace(/\r?\n$/, '')],
  },
  {
    code: 'body-bom',
    says: 'The byte order mark at the beginning was added on the way: the signed body has none.',
    maxBytes: ANY_SIZE,
    undo: (bytes) => (bytes.startsWith(BOM) ? [bytes.slice(BOM.length)] : []),
  },
  {
    code: 'body-bom',
    says: 'The byte order mark at the beginning was lost on the way: the signed body has one.',
    maxBytes: ANY_SIZE,
    undo: (bytes) => (bytes.startsWith(BOM) ? [] : [BOM + bytes]),
  },
  {
    code: 'body-line-ends',
    says: 'The ends of lines were changed from CRLF to LF: the signed body has CRLF.',
    maxBytes: MEGABYTE,
    undo: (bytes) => [bytes.replace(/\r?\n/g, '\r\n')],
  },
  {
    code: 'body-line-ends',
    says: 'The ends of lines were changed from LF to CRLF: the signed body has LF.',
    maxBytes: MEGABYTE,
    undo: (bytes) => [bytes.replaceAll('\r\n', '\n')],
  },
  {
    code: 'body-white-space',
    says: 'White space around the body was added on the way.',
    maxBytes: MEGABYTE,
    undo: (bytes) => [bytes.trim(), bytes.trimEnd(), bytes.trimStart()],
  },
  {
    code: 'body-white-space',
    says: 'White space around the body was trimmed on the way.',
    alone: true,
    maxBytes: SMALL,
    undo: (bytes) => BEFORE.flatMap((before) => BEHIND.map((behind) => before + bytes + behind)),
  },
  {
    code: 'body-length',
    says: 'The body was cut: its last characters did not arrive.',
    alone: true,
    maxBytes: SMALL,
    undo: (bytes) => (/^[{[]/.test(bytes) ? LOST_ENDS.map((end) => bytes + end) : []),
  },
];
