import {
  chunk,
  chunked,
  piecesOf,
  valueOf,
  withHeader,
  withMore,
  without,
  type Genuine,
  type RawRequest,
} from '../requests';
import { row, type AnswerClass, type Family, type Row } from '../row';

/** A delivery with another Content-Length, and what is written after its head. */
const lengths: readonly Row[] = (
  [
    ['-1', 'parser'],
    ['+5', 'parser'],
    ['0x10', 'parser'],
    ['1e3', 'parser'],
    ['5.0', 'parser'],
    ['5, 5', 'parser'],
    ['five', 'parser'],
    ['', 'parser'],
    ['٥', 'parser'],
    ['99999999999999999999999', 'parser'],
    ['18446744073709551616', 'parser'],
    ['9007199254740993', 'too large'],
    ['1073741824', 'too large'],
    ['0', 'parser'],
  ] as const
).map(([length, answer]) =>
  row(
    'telehealth',
    `a Content-Length of "${length}"`,
    answer,
    ({ request }) => withHeader(request, 'Content-Length', length),
    answer === 'too large' ? 'has its answer' : undefined,
  ),
);

const own = ({ request }: Genuine): string => valueOf(request, 'Content-Length');

const lying: readonly Row[] = [
  row('github', 'a Content-Length of one byte more, and no more bytes', 'late', (delivery) =>
    withHeader(delivery.request, 'Content-Length', String(Number(own(delivery)) + 1)),
  ),
  row(
    'github',
    'a Content-Length of one byte more, and the end',
    'parser',
    (delivery) => withHeader(delivery.request, 'Content-Length', String(Number(own(delivery)) + 1)),
    'ends',
  ),
  row('github', 'a Content-Length of one byte less', 'parser', (delivery) =>
    withHeader(delivery.request, 'Content-Length', String(Number(own(delivery)) - 1)),
  ),
  row('github', 'no Content-Length at all', 'parser', ({ request }) => without(request, 'Content-Length')),
  row('github', 'two lengths, equal', 'parser', (delivery) =>
    withMore(delivery.request, ['Content-Length', own(delivery)]),
  ),
  row('github', 'two lengths, different', 'parser', ({ request }) =>
    withMore(request, ['Content-Length', '1']),
  ),
  row('github', 'a length and chunks', 'parser', ({ request }) =>
    withMore(request, ['Transfer-Encoding', 'chunked']),
  ),
  row('github', 'chunks and a length', 'parser', ({ request }) => ({
    ...request,
    headers: [['Transfer-Encoding', 'chunked'], ...request.headers],
  })),
];

const transfers: readonly Row[] = (
  [
    ['identity', 'parser'],
    ['gzip', 'parser'],
    ['chunked, identity', 'parser'],
    ['xchunked', 'parser'],
    ['chunked;q=1', 'parser'],
    ['"chunked"', 'parser'],
    ['\x0bchunked', 'parser'],
    ['chunked\x00', 'parser'],
    ['CHUNKED', 'accepted'],
    ['gzip, chunked', 'accepted'],
  ] as readonly (readonly [string, AnswerClass])[]
).map(([coding, answer]) =>
  row('github', `a Transfer-Encoding of ${JSON.stringify(coding)}`, answer, ({ request, body }) => ({
    ...withHeader(without(request, 'Content-Length'), 'Transfer-Encoding', coding),
    body: [chunk(body), '0\r\n\r\n'],
  })),
);

const END = '0\r\n\r\n';

/** The body of a genuine delivery in chunks. */
const chunks = (
  what: string,
  answer: AnswerClass,
  cut: (body: Buffer) => readonly (string | Buffer)[],
  leaves?: Row['leaves'],
): Row => row('github', what, answer, ({ request, body }) => chunked(request, cut(body)), leaves);

const each = (body: Buffer): readonly Buffer[] => [...body].map((byte) => Buffer.from([byte]));

const sizes: readonly Row[] = [
  chunks('one chunk', 'accepted', (body) => [chunk(body), END]),
  chunks('chunks of one byte', 'accepted', (body) => [...each(body).map(chunk), END]),
  chunks('chunks of one byte in one piece', 'accepted', (body) => [
    Buffer.concat([...each(body).map(chunk), Buffer.from(END)]),
  ]),
  chunks('a chunk written byte by byte', 'accepted', (body) =>
    each(Buffer.concat([chunk(body), Buffer.from(END)])),
  ),
  chunks('a chunk with an extension', 'accepted', (body) =>
    [
      chunk(body)
        .toString('latin1')
        .replace('\r\n', ';a=b\r\n')
        .replace(/[^]*/, (text) => text),
      END,
    ].map((text) => Buffer.from(text, 'latin1')),
  ),
  chunks('a chunk with an extension of 20 kB', 'parser', (body) => [
    Buffer.from(
      chunk(body)
        .toString('latin1')
        .replace('\r\n', `;${'a'.repeat(20_000)}\r\n`),
      'latin1',
    ),
    END,
  ]),
  chunks('no chunk but the last', 'authentication', () => [END]),
  chunks('a size that is no number', 'parser', () => ['zz\r\nab\r\n', END]),
  chunks('a size with a minus sign', 'parser', () => ['-1\r\nab\r\n', END]),
  chunks('a size of 20 digits', 'parser', () => [`${'f'.repeat(20)}\r\nab`]),
  chunks('a size with 0x', 'parser', () => ['0x2\r\nab\r\n', END]),
  chunks('a size with a space in front', 'parser', () => [' 2\r\nab\r\n', END]),
  chunks('an empty size', 'parser', () => ['\r\nab\r\n', END]),
  chunks('a chunk that is longer than its size', 'parser', () => ['1\r\nab\r\n', END]),
  chunks('a chunk that is shorter than its size', 'parser', () => ['3\r\nab\r\n', END]),
  chunks('a chunk that ends in a bare LF', 'parser', () => ['2\r\nab\n', END]),
  chunks('a chunk that never ends', 'late', () => ['ff\r\nab']),
  chunks('chunks without the last', 'late', (body) => [chunk(body)]),
  chunks('an upload that stalls between two chunks', 'late', (body) => [chunk(body.subarray(0, 9))]),
  chunks('trailers that name a length', 'either', (body) => [chunk(body), '0\r\nContent-Length: 5\r\n\r\n']),
  chunks('trailers of 20 kB', 'parser', (body) => [chunk(body), `0\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`]),
  chunks('an upload that is reset', 'nothing', () => ['ff\r\nab'], 'resets'),
  chunks('an upload that ends in the middle of a chunk', 'parser', () => ['ff\r\nab'], 'ends'),
  chunks('an upload that is reset before the last chunk', 'nothing', (body) => [chunk(body)], 'resets'),
];

/** The bytes of a request, cut at every place, or not sent to their end. */
const cut = (
  what: string,
  answer: AnswerClass,
  pieces: (bytes: Buffer, request: RawRequest) => readonly Buffer[],
  leaves?: Row['leaves'],
): Row =>
  row(
    'telehealth',
    what,
    answer,
    ({ request }) => raw(pieces(Buffer.concat(piecesOf(request)), request)),
    leaves,
  );

/** Bytes instead of a request. */
const raw = (pieces: readonly Buffer[]): RawRequest => ({
  method: '',
  target: '',
  version: '',
  headers: [],
  body: pieces,
});

const headOf = (bytes: Buffer): number => bytes.indexOf('\r\n\r\n') + 4;

const bytes: readonly Row[] = [
  cut('a request byte by byte', 'accepted', (all) => each(all)),
  cut('a request in pieces of seven bytes', 'accepted', (all) =>
    Array.from({ length: Math.ceil(all.length / 7) }, (_, index) => all.subarray(index * 7, index * 7 + 7)),
  ),
  cut('a letter of three bytes that is cut', 'accepted', (all) => [
    all.subarray(0, all.indexOf('☕') + 1),
    all.subarray(all.indexOf('☕') + 1, all.indexOf('☕') + 2),
    all.subarray(all.indexOf('☕') + 2),
  ]),
  cut('the head, then the body', 'accepted', (all) => [
    all.subarray(0, headOf(all)),
    all.subarray(headOf(all)),
  ]),
  cut('a head that stops', 'parser', (all) => [all.subarray(0, 30)]),
  cut('a head that is reset', 'nothing', (all) => [all.subarray(0, 30)], 'resets'),
  cut('a head without its last line', 'parser', (all) => [all.subarray(0, headOf(all) - 2)]),
  cut('a body that stalls at its last byte', 'late', (all) => [all.subarray(0, -1)]),
  cut('a body that never begins', 'late', (all) => [all.subarray(0, headOf(all))]),
  cut('a body that is reset', 'nothing', (all) => [all.subarray(0, -5)], 'resets'),
  cut('a body that ends early', 'parser', (all) => [all.subarray(0, -5)], 'ends'),
  cut('an empty line in front', 'accepted', (all) => [Buffer.from('\r\n'), all]),
  cut('nothing but line breaks', 'parser', () => [Buffer.alloc(2000, '\r\n')]),
  cut('a greeting of TLS', 'parser', () => [Buffer.from('16030100c8010000c40303', 'hex')]),
  cut('the preface of HTTP/2', 'parser', () => [Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')]),
  cut('zeros', 'parser', () => [Buffer.alloc(100)]),
  cut('bytes of all kinds', 'parser', () => [Buffer.from(Array.from({ length: 256 }, (_, index) => index))]),
  cut('bare line feeds', 'parser', (all) => [
    Buffer.from(all.toString('latin1').replaceAll('\r\n', '\n'), 'latin1'),
  ]),
  cut('a line break behind the request', 'either', (all) => [all, Buffer.from('\r\n')]),
];

const expectations: readonly Row[] = [
  row('github', 'Expect: 100-continue', 'accepted', ({ request }) =>
    withMore(request, ['Expect', '100-continue']),
  ),
  row('github', 'Expect: something', 'parser', ({ request }) => withMore(request, ['Expect', 'something'])),
  row('github', 'Upgrade to a WebSocket', 'accepted', ({ request }) =>
    withMore(withHeader(request, 'Connection', 'Upgrade, close'), ['Upgrade', 'websocket']),
  ),
  row('github', 'Upgrade to HTTP/2', 'accepted', ({ request }) =>
    withMore(withHeader(request, 'Connection', 'Upgrade, HTTP2-Settings, close'), ['Upgrade', 'h2c']),
  ),
  row('github', 'a Connection header that names the signature', 'accepted', ({ request }) =>
    withHeader(request, 'Connection', 'close, X-Hub-Signature-256'),
  ),
];

export const FRAMING: Family = [
  'framing',
  [...lengths, ...lying, ...transfers, ...sizes, ...bytes, ...expectations],
];
