import { formatTimestamp } from '../../src/core/timestamp';
import { sign } from 'hooklatch';
import { headersByOracle } from '../helpers/oracle';
import { keysFor } from '../helpers/keys';
import { NOW, ORIGIN, routeOf, type RouteName } from './routes';

type Bytes = string | Buffer;

/** A request as it goes over the wire, in the parts that rows change. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly headers: readonly (readonly [name: Bytes, value: Bytes])[];
  /** What is written behind the headers, piece by piece. */
  readonly body: readonly Bytes[];
}

/** A genuine delivery, and what its sender signed. */
export interface Genuine {
  readonly route: RouteName;
  readonly body: Buffer;
  readonly request: RawRequest;
  /** Signs another timestamp, id or body, however odd, as the sender would. */
  readonly resigned: (changes: { timestamp?: string; id?: string; body?: Bytes }) => RawRequest;
}

/** What no answer and no decision may show: secrets, and signatures that the receiver computes. */
export const neverShown = new Set<string>();

/** The key that the receiver is given. */
export const secretFor = (name: RouteName): string => keysFor(routeOf(name).provider).verifyBy;

let count = 0;

/** A new delivery of a route; `row` stands in its address and in its body. */
export function genuine(route: RouteName, row: string): Genuine {
  const { provider } = routeOf(route);
  const { secret } = keysFor(provider);
  count += 1;
  const id = `id_${count}`;
  const unit = provider.timestamp?.unit;
  const timestamp = unit === undefined ? undefined : formatTimestamp(NOW, unit);
  const method = provider.methods[0];
  const target = `/${route}?row=${row}`;
  const body = Buffer.from(`{"row":"${row}-${count}","event":"x","type":"x","text":"Zoë ☕"}`);

  const resigned: Genuine['resigned'] = (changes) => {
    const bytes = Buffer.from((changes.body ?? body) as string);
    const content = { id: changes.id ?? id, body: bytes };
    const time = changes.timestamp ?? timestamp;
    const isShared = /^hmac|token/.test(provider.algorithm);
    const headers = isShared
      ? headersByOracle(provider, secret, { ...content, ...(time === undefined ? {} : { timestamp: time }) })
      : sign(provider, { secret, now: NOW, id, publicUrl: ORIGIN + target }, { method, body: bytes });
    const signature = Object.entries(headers).find(([name]) => name === signatureName(route))?.[1] ?? '';
    // The long part of the header is the signature.
    for (const part of [secret, ...signature.split(/[=,: ]/)]) if (part.length >= 27) neverShown.add(part);
    return {
      method,
      target,
      version: 'HTTP/1.1',
      headers: [
        ['Host', 'localhost'],
        ['Connection', 'close'],
        ['Content-Type', 'application/json'],
        ...(provider.event?.header === undefined ? [] : ([[String(provider.event.header), 'x']] as const)),
        // Header text is UTF-8 where it is not ASCII.
        ...Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)] as const),
        ['Content-Length', String(bytes.length)],
      ],
      body: [bytes],
    };
  };
  return { route, body, request: resigned({}), resigned };
}

/** The name of the header with the signature. */
export const signatureName = (route: RouteName): string => {
  const { algorithm, signature } = routeOf(route).provider;
  return algorithm === 'custom' ? 'Signature' : String([signature.header].flat()[0]);
};

/** The bytes of a request, in the pieces in which they are written. */
export function piecesOf({ method, target, version, headers, body }: RawRequest): readonly Buffer[] {
  const lines = headers.map(([name, value]) =>
    Buffer.concat([bytesOf(name), bytesOf(': '), bytesOf(value), CRLF]),
  );
  const head = Buffer.concat([bytesOf(`${method} ${target} ${version}`), CRLF, ...lines, CRLF]);
  const [first = '', ...rest] = body;
  return [Buffer.concat([head, bytesOf(first)]), ...rest.map(bytesOf)].filter(({ length }) => length > 0);
}

const CRLF = Buffer.from('\r\n');
const bytesOf = (text: Bytes): Buffer => Buffer.from(text as string);
const isNamed = (name: string) => (pair: readonly [Bytes, Bytes]) =>
  String(pair[0]).toLowerCase() === name.toLowerCase();

/** The value of a header of a request. */
export const valueOf = (request: RawRequest, name: string): string =>
  String(request.headers.find(isNamed(name))?.[1] ?? '');

/** The request with another value in a header, which is added where it is not there. */
export function withHeader(request: RawRequest, name: string, value: Bytes): RawRequest {
  const is = isNamed(name);
  const headers = request.headers.some(is)
    ? request.headers.map((pair) => (is(pair) ? ([pair[0], value] as const) : pair))
    : [...request.headers, [name, value] as const];
  return { ...request, headers };
}

/** The request with one more header. */
export const withMore = (request: RawRequest, ...more: readonly (readonly [Bytes, Bytes])[]): RawRequest => ({
  ...request,
  headers: [...request.headers, ...more],
});

export const without = (request: RawRequest, name: string): RawRequest => ({
  ...request,
  headers: request.headers.filter((pair) => !isNamed(name)(pair)),
});

/** The body in chunks, as they are written, instead of with a length. */
export const chunked = (request: RawRequest, body: readonly Bytes[]): RawRequest => ({
  ...withHeader(without(request, 'Content-Length'), 'Transfer-Encoding', 'chunked'),
  body,
});

export const chunk = (bytes: Bytes): Buffer => {
  const data = bytesOf(bytes);
  return Buffer.concat([bytesOf(`${data.length.toString(16)}\r\n`), data, CRLF]);
};
