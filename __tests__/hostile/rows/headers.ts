import { signatureName, valueOf, withHeader, withMore, without, type RawRequest } from '../requests';
import { row, type AnswerClass, type Family, type Row } from '../row';
import { ROUTE_NAMES, routeOf, type RouteName } from '../routes';

type Change = (request: RawRequest, name: string, value: string) => RawRequest;

/** What is done to a header that must be there once. */
const CHANGES: readonly (readonly [what: string, answer: AnswerClass, change: Change])[] = [
  ['is not there', 'authentication', (request, name) => without(request, name)],
  ['is empty', 'authentication', (request, name) => withHeader(request, name, '')],
  ['is blank', 'authentication', (request, name) => withHeader(request, name, ' \t ')],
  ['is there twice, equal', 'authentication', (request, name, value) => withMore(request, [name, value])],
  ['is there twice, the second empty', 'authentication', (request, name) => withMore(request, [name, ''])],
  [
    'is there twice, the first wrong',
    'authentication',
    (request, name, value) => withMore(withHeader(request, name, 'x'), [name, value]),
  ],
  [
    'is there twice, in other letters',
    'authentication',
    (request, name, value) => withMore(request, [name.toUpperCase(), value]),
  ],
  [
    'is there a hundred times',
    'authentication',
    (request, name) => withMore(request, ...Array.from({ length: 99 }, () => [name, 'x'] as const)),
  ],
  ['is joined', 'authentication', (request, name, value) => withHeader(request, name, `${value}, ${value}`)],
  ['is longer than 4 KiB', 'authentication', (request, name) => withHeader(request, name, 'a'.repeat(4097))],
  [
    'is longer than the parser takes',
    'parser',
    (request, name) => withHeader(request, name, 'a'.repeat(17_000)),
  ],
  [
    'has letters of Latin-1',
    'authentication',
    (request, name) => withHeader(request, name, Buffer.from([0xe9, 0xff])),
  ],
  [
    'has a letter behind it',
    'authentication',
    (request, name, value) => withHeader(request, name, `${value}é`),
  ],
  ['has a bell in it', 'parser', (request, name, value) => withHeader(request, name, `${value}\x07`)],
  ['has a NUL in it', 'parser', (request, name, value) => withHeader(request, name, `${value}\0`)],
  ['has a bare CR in it', 'parser', (request, name, value) => withHeader(request, name, `${value}\rX: y`)],
  ['is between quotes', 'authentication', (request, name, value) => withHeader(request, name, `"${value}"`)],
  ['is undefined', 'authentication', (request, name) => withHeader(request, name, 'undefined')],
  ['is [object Object]', 'authentication', (request, name) => withHeader(request, name, '[object Object]')],
  [
    'has a name with an underscore',
    'authentication',
    (request, name, value) =>
      withMore(without(request, name), [name.replaceAll('-', '_').concat('_'), value]),
  ],
  [
    'has a space behind its name',
    'parser',
    (request, name, value) => withMore(without(request, name), [`${name} `, value]),
  ],
  ['has spaces around it', 'accepted', (request, name, value) => withHeader(request, name, ` \t${value} \t`)],
  [
    'has its name in capitals',
    'accepted',
    (request, name, value) => withMore(without(request, name), [name.toUpperCase(), value]),
  ],
  [
    'comes as a trailer',
    'authentication',
    (request, name, value) => ({
      ...withMore(without(without(request, name), 'Content-Length'), ['Transfer-Encoding', 'chunked']),
      body: [`2\r\n{}\r\n0\r\n${name}: ${value}\r\n\r\n`],
    }),
  ],
];

/** The headers that a route must have once. */
function namesOf(route: RouteName): readonly string[] {
  const { timestamp, id, signed } = routeOf(route).provider;
  const others = [timestamp?.header ?? [], signed.includes('{id}') ? (id?.header ?? []) : []];
  return [signatureName(route), ...others.flat()];
}

// Of a structured field (RFC 8941) the last entry of a name counts.
const isDictionary = (name: string): boolean => name === 'Signature';

const single: readonly Row[] = ROUTE_NAMES.filter((name) => name !== 'limited').flatMap((route) =>
  namesOf(route).flatMap((name) =>
    CHANGES.map(([what, answer, change]) =>
      row(
        route,
        `${name} ${what}`,
        isDictionary(name) && what === 'is joined' ? 'accepted' : answer,
        ({ request }) => change(request, name, valueOf(request, name)),
      ),
    ),
  ),
);

const many = (route: RouteName, what: string, answer: AnswerClass, lines: readonly string[]): Row =>
  row(route, what, answer, ({ request }) =>
    withMore(request, ...lines.map((line) => line.split(': ') as unknown as [string, string])),
  );

const crowd: readonly Row[] = [
  many(
    'github',
    '500 headers that mean nothing',
    'accepted',
    Array.from({ length: 500 }, (_, i) => `X-${i}: y`),
  ),
  many(
    'github',
    '2100 headers',
    'either',
    Array.from({ length: 2100 }, () => 'a: b'),
  ),
  many('github', 'a header of 20 kB', 'parser', [`X-Long: ${'y'.repeat(20_000)}`]),
  many('github', 'a name of 20 kB', 'parser', [`${'y'.repeat(20_000)}: x`]),
  many('github', '__proto__ for a header', 'accepted', ['__proto__: x-hub-signature-256']),
  many('github', 'constructor for a header', 'accepted', [
    'constructor: x',
    'hasOwnProperty: y',
    'toString: z',
  ]),
  many('github', 'two Hosts', 'either', ['Host: elsewhere']),
  many('github', 'a Host that was forwarded', 'not set up', ['X-Forwarded-Host: elsewhere']),
  many('github', 'a forwarding header, and no proxy that is trusted', 'not set up', [
    'X-Forwarded-Proto: http',
  ]),
  row('github', 'a line without a colon', 'parser', ({ request }) => ({
    ...request,
    headers: [...request.headers, [Buffer.from('X-Nothing\r\nX'), 'y']],
  })),
  row('github', 'a folded line', 'parser', ({ request }) => ({
    ...request,
    headers: [...request.headers, ['X-Folded', 'a\r\n b']],
  })),
  row('github', 'a folded signature', 'parser', ({ request }) =>
    withHeader(
      request,
      'X-Hub-Signature-256',
      valueOf(request, 'X-Hub-Signature-256').replace('=', '=\r\n '),
    ),
  ),
  row('github', 'a header without a name', 'parser', ({ request }) => withMore(request, ['', 'x'])),
  row('github', 'no Host', 'parser', ({ request }) => without(request, 'Host')),
];

export const HEADERS: Family = ['headers', [...single, ...crowd]];
