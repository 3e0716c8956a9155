import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { warnOnce } from '../request/warnings';

/** How a request came, as the platform knows it. */
export interface FetchConnection {
  /** The IP address of the sender; needed by `allowIps` and `rateLimit`. @default unknown */
  readonly address?: string | undefined;
  /** Whether the sender used HTTPS. @default whether the address of the request begins with `https:` */
  readonly secure?: boolean | undefined;
}

const GONE =
  'the body of a Request was read before fetchHandler() got it, so its exact bytes are gone: hand the Request over ' +
  'before anything calls json(), text() or formData() of it, or hand over request.clone()';

// A platform that was asked has looked at its own proxies: nothing is to be said of forwarding headers any more.
const TRUSTING_APP = { get: (name: string) => (name === 'trust proxy' ? true : () => false) };

const requests = new WeakMap<object, Request>();

/**
 * A request of fetch as one of `node:http`, with the properties of Express that the steps read. Its body is read as it
 * arrives.
 */
export function makeIncomingRequest(
  request: Request,
  connection: FetchConnection | undefined,
): IncomingMessage {
  const { method, headers } = request;
  const { protocol, pathname, search } = new URL(request.url);
  const stream = openBody(request);
  const { address, secure = protocol === 'https:' } = connection ?? {};
  Object.assign(stream, {
    method,
    url: pathname + search,
    originalUrl: pathname + search,
    path: pathname,
    headers: Object.fromEntries(headers),
    rawHeaders: [...headers].flat(),
    httpVersion: '1.1',
    ip: address,
    secure,
    socket: { remoteAddress: address, destroyed: false, destroySoon: () => stream.destroy() },
    ...(connection !== undefined && { app: TRUSTING_APP }),
  });
  // As of a request of a server: whole once its body has ended.
  Object.defineProperty(stream, 'complete', { get: () => stream.readableEnded });
  requests.set(stream, request);
  // Whoever reads the body hears of its failure; where nothing reads it, it must not end the process.
  stream.on('error', () => undefined);
  return stream as unknown as IncomingMessage;
}

/** The request of fetch that a request was made of. Throws a `TypeError` for one that was not. */
export function findRequest(req: object): Request {
  const request = requests.get(req);
  if (request === undefined) throw new TypeError('this request was not made of a Request');
  return request;
}

function openBody({ body, bodyUsed }: Request): Readable {
  if (bodyUsed) {
    warnOnce('body-consumed', GONE);
    return Object.defineProperty(Readable.from([]), 'readableDidRead', { value: true });
  }
  // Unknown first: where the types of the DOM are there, they and those of Node do not know each other.
  const stream: unknown = body;
  return body === null ? Readable.from([]) : Readable.fromWeb(stream as ReadableStream);
}
