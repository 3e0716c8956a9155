import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { chunk, chunked, withHeader, withMore, without, type Genuine, type RawRequest } from '../requests';
import { row, type AnswerClass, type Family, type Row } from '../row';
import { LIMIT } from '../routes';

const MIB = 2 ** 20;

/** Bodies that their sender has signed: what must not pass is what they hold. */
const AUTHENTIC: readonly (readonly [what: string, body: string | Buffer, answer: AnswerClass])[] = [
  ['nothing', '', 'accepted'],
  ['a space', ' ', 'payload'],
  ['half an object', '{"a":', 'payload'],
  ['an object and more', '{}x', 'payload'],
  ['two objects', '{}{}', 'payload'],
  ['a trailing comma', '{"a":1,}', 'payload'],
  ['single quotes', "{'a':1}", 'payload'],
  ['a comment', '{}//', 'payload'],
  ['NaN', '{"a":NaN}', 'payload'],
  ['hexadecimal digits', '{"a":0x1}', 'payload'],
  ['a zero in front', '{"a":01}', 'payload'],
  ['a bare line break in a string', '{"a":"\n"}', 'payload'],
  ['a NUL behind', '{}\0', 'payload'],
  ['a NUL in a string', '{"a":"\0"}', 'payload'],
  ['a byte order mark', '\ufeff{"event":"x"}', 'accepted'],
  ['two byte order marks', '\ufeff\ufeff{"event":"x"}', 'payload'],
  ['a byte order mark behind', '{"event":"x"}\ufeff', 'payload'],
  ['UTF-16', Buffer.from('{"event":"x"}', 'utf16le'), 'payload'],
  ['UTF-16 with its mark', Buffer.from('\ufeff{"event":"x"}', 'utf16le'), 'payload'],
  ['Latin-1', Buffer.from('{"event":"Zo\xeb"}', 'latin1'), 'payload'],
  ['a lone byte of continuation', Buffer.from([0x22, 0x80, 0x22]), 'payload'],
  ['half a letter', Buffer.from([0x22, 0xe2, 0x98, 0x22]), 'payload'],
  ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'payload'],
  ['a surrogate in UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'payload'],
  ['a letter beyond Unicode', Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22]), 'payload'],
  ['XML', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 'payload'],
  ['a form', 'event=x&a=b', 'payload'],
  ['YAML', 'event: x', 'payload'],
  ['brackets, 100000 deep', '['.repeat(100_000), 'payload'],
  ['a lone surrogate, escaped', '{"event":"\\ud800"}', 'accepted'],
  ['surrogates the wrong way round', '{"event":"\\udc00\\ud800"}', 'accepted'],
  ['__proto__', '{"__proto__":{"polluted":true},"event":"x"}', 'accepted'],
  ['constructor.prototype', '{"constructor":{"prototype":{"polluted":true}},"event":"x"}', 'accepted'],
  ['an event that is a function of objects', '{"event":"__proto__"}', 'accepted'],
  ['an event that is toString', '{"event":"toString"}', 'accepted'],
  ['an event that is a list', '{"event":["a","b"]}', 'accepted'],
  ['an event that is null', '{"event":null}', 'accepted'],
  ['an event of 100 kB', `{"event":"${'e'.repeat(100_000)}"}`, 'accepted'],
  ['an event twice', '{"event":"a","event":"b"}', 'accepted'],
  [
    'a hundred thousand keys',
    `{${Array.from({ length: 100_000 }, (_, i) => `"${i}":0`).join()}}`,
    'accepted',
  ],
  ['brackets, 5000 deep', '['.repeat(5000) + ']'.repeat(5000), 'accepted'],
  ['a number beyond infinity', '{"a":1e999}', 'accepted'],
  ['a number of 10000 digits', `{"a":${'9'.repeat(10_000)}}`, 'accepted'],
  ['null', 'null', 'accepted'],
  ['a number', '1', 'accepted'],
  ['a string', '"x"', 'accepted'],
  ['a list', '[]', 'accepted'],
  ['letters beyond the BMP', '{"a":"😀"}', 'accepted'],
];

const authentic: readonly Row[] = AUTHENTIC.map(([what, body, answer]) =>
  row('telehealth', `a signed body: ${what}`, answer, ({ resigned }) =>
    without(resigned({ body }), 'X-Telehealth-Event'),
  ),
);

// The same bodies, signed by nobody: none is so much as parsed.
const forged: readonly Row[] = AUTHENTIC.map(([what, body]) =>
  row('fastcomments', `an unsigned body: ${what}`, 'authentication', ({ request }) => ({
    ...withHeader(request, 'Content-Length', String(Buffer.from(body as string).length)),
    body: [body],
  })),
);

const event: readonly Row[] = [
  row('telehealth', 'a header that names another event than the body', 'method', ({ request }) =>
    withHeader(request, 'X-Telehealth-Event', 'y'),
  ),
  row('telehealth', 'a header that names the event twice', 'accepted', ({ request }) =>
    withMore(request, ['X-Other-Event', 'y']),
  ),
];

const changedBody = ({ request, body }: Genuine, change: (bytes: Buffer) => Buffer): RawRequest => {
  const bytes = change(Buffer.from(body));
  return { ...withHeader(request, 'Content-Length', String(bytes.length)), body: [bytes] };
};

/** What something on the way does to a body. */
const changed: readonly Row[] = (
  [
    ['a line break behind it', (body) => Buffer.concat([body, Buffer.from('\n')])],
    ['a byte order mark in front', (body) => Buffer.concat([Buffer.from('\ufeff'), body])],
    ['a NUL behind it', (body) => Buffer.concat([body, Buffer.from([0])])],
    ['one byte less', (body) => body.subarray(1)],
    ['its last byte changed', (body) => Buffer.concat([body.subarray(0, -1), Buffer.from(']')])],
    ['a space after each colon', (body) => Buffer.from(body.toString().replaceAll('":', '": '))],
    ['its letters escaped', (body) => Buffer.from(body.toString().replace('ë', '\\u00eb'))],
    ['its letters in another normal form', (body) => Buffer.from(body.toString().normalize('NFD'))],
    ['its letters in Latin-1', (body) => Buffer.from(body.toString().replace('☕', ''), 'latin1')],
    ['CRLF for nothing', (body) => Buffer.concat([body, Buffer.from('\r\n')])],
    ['itself twice', (body) => Buffer.concat([body, body])],
    ['nothing in it', () => Buffer.alloc(0)],
  ] as readonly (readonly [string, (body: Buffer) => Buffer])[]
).flatMap(([what, change]) =>
  (['github', 'standard', 'sendgrid'] as const).map((route) =>
    row(route, `a body with ${what}`, 'authentication', (delivery) => changedBody(delivery, change)),
  ),
);

const bomb = gzipSync(Buffer.alloc(10 * MIB));

const ENCODINGS: readonly (readonly [string, (body: Buffer) => Buffer, AnswerClass])[] = [
  ['gzip', (body) => gzipSync(body), 'encoded'],
  ['gzip', () => bomb, 'encoded'],
  ['gzip, gzip', () => gzipSync(bomb), 'encoded'],
  ['deflate', (body) => deflateSync(body), 'encoded'],
  ['br', (body) => brotliCompressSync(body), 'encoded'],
  ['br', () => brotliCompressSync(Buffer.alloc(10 * MIB)), 'encoded'],
  ['zstd', (body) => body, 'encoded'],
  ['compress', (body) => body, 'encoded'],
  ['x-gzip', (body) => gzipSync(body), 'encoded'],
  ['GZIP', (body) => gzipSync(body), 'encoded'],
  ['identity, gzip', (body) => gzipSync(body), 'encoded'],
  ['gzip;q=0', (body) => body, 'encoded'],
  ['identity, identity', (body) => body, 'encoded'],
  ['*', (body) => body, 'encoded'],
  [',', (body) => body, 'encoded'],
  ['__proto__', (body) => body, 'encoded'],
  ['utf-8, gzip', (body) => gzipSync(body), 'encoded'],
  ['UTF-8', (body) => body, 'accepted'],
  ['identity', (body) => body, 'accepted'],
  ['IDENTITY', (body) => body, 'accepted'],
  ['', (body) => body, 'accepted'],
];

const encodings: readonly Row[] = ENCODINGS.map(([encoding, change, answer], index) =>
  row('github', `Content-Encoding: ${encoding} (${index})`, answer, (delivery) =>
    withMore(changedBody(delivery, change), ['Content-Encoding', encoding]),
  ),
);

const TYPES: readonly (readonly [string, AnswerClass])[] = [
  ['application/json; charset=utf-16', 'accepted'],
  ['application/json; charset=shift_jis', 'accepted'],
  ['application/json; charset="', 'accepted'],
  ['text/plain', 'accepted'],
  ['multipart/form-data; boundary=x', 'accepted'],
  ['multipart/form-data', 'accepted'],
  ['application/octet-stream', 'accepted'],
  ['application/xml', 'accepted'],
  ['nonsense', 'accepted'],
  ['', 'accepted'],
  [`text/${'x'.repeat(8000)}`, 'accepted'],
  ['application/x-www-form-urlencoded', 'payload'],
  ['APPLICATION/X-WWW-FORM-URLENCODED; charset=x', 'payload'],
];

const types: readonly Row[] = TYPES.map(([type, answer]) =>
  row('github', `a JSON body that says it is ${type.slice(0, 60)}`, answer, ({ request }) =>
    withHeader(request, 'Content-Type', type),
  ),
);

const forms: readonly Row[] = (
  [
    ['payload={"a":1}', 'accepted'],
    ['payload=%7B%22a%22%3A1%7D', 'accepted'],
    ['payload={}&payload=x', 'accepted'],
    ['payload=%', 'payload'],
    ['payload=%ff', 'payload'],
    ['payload', 'payload'],
    ['Payload={}', 'payload'],
    ['payload[a]={}', 'payload'],
    ['__proto__=1', 'payload'],
    ['&'.repeat(100_000), 'payload'],
  ] as const
).map(([body, answer]) =>
  row('github', `a signed form: ${body.slice(0, 40)}`, answer, ({ resigned }) =>
    withHeader(resigned({ body }), 'Content-Type', 'application/x-www-form-urlencoded'),
  ),
);

const sized = (size: number, pad = 'x'): string => `{"event":"x","pad":"${pad.repeat(size - 22)}"}`;

const limits: readonly Row[] = [
  ...([LIMIT - 1, LIMIT] as const).map((size) =>
    row('limited', `a body of ${size} bytes`, 'accepted', ({ resigned }) => resigned({ body: sized(size) })),
  ),
  row('limited', 'a body of exactly the limit in chunks', 'accepted', ({ resigned }) =>
    chunked(resigned({ body: sized(LIMIT, 'y') }), [chunk(sized(LIMIT, 'y')), '0\r\n\r\n']),
  ),
  ...([LIMIT + 1, 2 * LIMIT, MIB] as const).flatMap((size) => [
    row('limited', `a body of ${size} bytes`, 'too large', ({ resigned }) => resigned({ body: sized(size) })),
    row('limited', `a body of ${size} bytes in chunks`, 'too large', ({ resigned }) =>
      chunked(resigned({ body: sized(size) }), [chunk(sized(size)), '0\r\n\r\n']),
    ),
  ]),
  row('limited', 'a body beyond the limit, unsigned', 'authentication', ({ request }) => ({
    ...without(withHeader(request, 'Content-Length', String(LIMIT + 1)), 'X-Telehealth-Signature'),
    body: [sized(LIMIT + 1)],
  })),
  row('limited', 'a body beyond the limit, encoded', 'too large', (delivery) =>
    withMore(
      changedBody(delivery, () => Buffer.alloc(LIMIT + 1)),
      ['Content-Encoding', 'gzip'],
    ),
  ),
  row('limited', 'a body of many small chunks beyond the limit', 'too large', ({ request }) =>
    chunked(request, [chunk('x').toString().repeat(LIMIT), chunk('x'), '0\r\n\r\n']),
  ),
  row('telehealth', 'a body of exactly one MiB', 'accepted', ({ resigned }) =>
    resigned({ body: sized(MIB) }),
  ),
  row('telehealth', 'a body of one MiB and one byte', 'too large', ({ resigned }) =>
    resigned({ body: sized(MIB + 1) }),
  ),
  row('medplum', 'a body beyond the limit, where refusals are alike', 'authentication', ({ resigned }) =>
    resigned({ body: sized(MIB + 1) }),
  ),
  row('medplum', 'an encoded body, where refusals are alike', 'authentication', ({ request }) =>
    withMore(request, ['Content-Encoding', 'gzip']),
  ),
];

export const BODIES: Family = [
  'bodies',
  [...authentic, ...forged, ...event, ...changed, ...encodings, ...types, ...forms, ...limits],
];
