import { cutQuery } from '../core/address';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';

/** A request, where it is not Express that has prepared it. */
type BareRequest = {
  -readonly [Name in 'app' | 'originalUrl' | 'path' | 'ip' | 'secure' | 'socket']?: Request[Name];
} & Pick<IncomingMessage, 'headers' | 'url'> & { complete?: boolean; rawHeaders?: string[]; read?: unknown };

const HERE = '127.0.0.1';

/** The app of Express that prepared the request; `undefined` for one of `node:http`, Next.js or a mock. */
export function findApp(req: object): Pick<Request['app'], 'get'> | undefined {
  return (req as BareRequest).app;
}

/**
 * Gives a request that Express did not prepare the properties that the steps read, as Express has them without
 * `trust proxy`: the address and the protocol are those of the connection. Each that is there already stays.
 * Throws a `TypeError` that names what is missing where request or response have too little to be answered.
 */
export function completeRequest(req: IncomingMessage, res: ServerResponse): void {
  if (findApp(req) !== undefined) return;
  demand('request', req, ['headers', 'method']);
  demand('response', res, ['on', 'writeHead', 'end']);
  const bare: BareRequest = req;
  if (typeof bare.read !== 'function') completeMock(bare, res);
  const { url = '/', socket } = bare;
  bare.originalUrl ??= url;
  bare.path ??= cutQuery(url);
  bare.ip ??= socket?.remoteAddress;
  bare.secure ??= (socket as { readonly encrypted?: unknown } | undefined)?.encrypted === true;
}

// A request that is no stream came over no network: a test has made it, whole and on this machine.
function completeMock(req: BareRequest, res: ServerResponse): void {
  req.complete ??= true;
  req.rawHeaders ??= Object.entries(req.headers).flatMap(([name, value]) =>
    [value].flat().flatMap((one) => [name, String(one)]),
  );
  const socket: { remoteAddress?: string | undefined } = req.socket ?? {};
  socket.remoteAddress ??= req.ip ?? HERE;
  Object.assign(req, { socket });
  // The emitter that node-mocks-http has by default hears nothing and counts nothing.
  const emitter: { listenerCount?: ServerResponse['listenerCount'] } = res;
  emitter.listenerCount ??= () => 0;
}

function demand(what: string, given: unknown, names: readonly string[]): void {
  const object = Object(given) as Readonly<Record<string, unknown>>;
  const missing = names.filter((name) => object[name] === undefined);
  if (missing.length === 0) return;
  throw new TypeError(
    `hooklatch: the ${what} is not one of node:http or Express: it has no ${missing.join(', ')}. ` +
      'Where a platform gives no such objects, use verify(); in a test, a real server or node-mocks-http',
  );
}
