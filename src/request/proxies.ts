import type { IncomingMessage, Server } from 'node:http';
import type { Request } from 'express';
import { findApp } from './bare-request';
import { warnOnce } from './warnings';

type TrustFunction = (address: string | undefined, distance: number) => boolean;

const FORWARDING_HEADERS = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-real-ip',
];

// Of networks that belong to nobody (RFC 5737, RFC 3849, RFC 9637), farther away than any chain of proxies. Who trusts
// all of one family trusts whoever comes by it.
const STRANGERS = [
  ['192.0.2.1', '198.51.100.1'],
  ['2001:db8::1', '3fff::1'],
] as const;
const FAR = 10;

const permissive = new WeakMap<TrustFunction, boolean>();

/** Whether a proxy has left its marks. They prove nothing: every client can send them. */
export function isForwarded({ headers }: IncomingMessage): boolean {
  return FORWARDING_HEADERS.some((name) => headers[name] !== undefined);
}

/**
 * Whether a request came by the file of a socket (a named pipe on Windows), which has no address. A connection of the
 * network that has ended has none either, so the server is asked: it listens, and at no address.
 */
function isLocalSocket({ socket }: IncomingMessage): boolean {
  if (socket.remoteAddress !== undefined) return false;
  // Node keeps the server on each of its connections.
  const { server } = socket as { readonly server?: Pick<Server, 'listening' | 'address'> };
  // A path, or `null` for a socket that another process has opened (systemd).
  return server?.listening === true && typeof (server.address() ?? '') === 'string';
}

/** Whether a program on this machine has connected by a socket file, with no proxy in between. */
export function isDirectSocket(req: IncomingMessage): boolean {
  return isLocalSocket(req) && !isForwarded(req);
}

/** Whether Express takes the word of any address at any distance, and so the sender's own left-most one. */
export function trustsAnybody(req: Request): boolean {
  const trust = readTrustFunction(req);
  if (trust === undefined) return false;
  const known = permissive.get(trust);
  if (known !== undefined) return known;
  const anybody = STRANGERS.some((family) => family.every((address) => trust(address, FAR)));
  permissive.set(trust, anybody);
  return anybody;
}

/** Whether a proxy has left its marks and Express ignores them: the setting is off, or does not fit a socket file. */
export function ignoresProxy(req: Request): boolean {
  return isForwarded(req) && (trustsNobody(req) || isUntrustedSocket(req));
}

/** Says once that a proxy seems to stand in front of an app that ignores what proxies say. */
export function warnOfIgnoredProxy(req: Request): void {
  if (!isForwarded(req)) return;
  if (findApp(req) === undefined) {
    warnOnce(
      'ignored-proxy-without-express',
      'a request came with forwarding headers outside an Express app, where no "trust proxy" says whom to believe, ' +
        'so its address and protocol are those of the proxy. If what stands in front takes HTTPS alone, give the ' +
        'option https: false, and leave "allowIps" and "rateLimit" to it; or mount the guard in an Express app',
    );
  } else if (trustsNobody(req)) {
    warnOnce(
      'ignored-proxy',
      'a request came with forwarding headers, but Express\'s "trust proxy" is off, so its address and protocol are ' +
        "those of the proxy. If a proxy of yours stands in front, set it: app.set('trust proxy', 1) for one proxy, or " +
        'the addresses of yours',
    );
  } else if (isUntrustedSocket(req)) {
    warnOnce(
      'ignored-socket',
      "a request came with forwarding headers by a Unix socket. A socket has no address, so no address in Express's " +
        "\"trust proxy\" fits it, 'loopback' neither. Set the number of your proxies: app.set('trust proxy', 1)",
    );
  }
}

/** Says once that the setting makes addresses worthless. */
export function warnOfPermissiveProxy(): void {
  warnOnce(
    'permissive-proxy',
    'Express\'s "trust proxy" trusts any address, so every sender chooses the address that it seems to have. ' +
      "Where addresses matter, set the number of your proxies, app.set('trust proxy', 1), or their addresses",
  );
}

function trustsNobody(req: Request): boolean {
  return !findApp(req)?.get('trust proxy');
}

// Express asks with the address that the connection has, which is none.
function isUntrustedSocket(req: Request): boolean {
  return isLocalSocket(req) && readTrustFunction(req)?.(undefined, 0) !== true;
}

// Express compiles the setting to a function of this shape, whatever it is.
function readTrustFunction(req: Request): TrustFunction | undefined {
  return findApp(req)?.get('trust proxy fn') as TrustFunction | undefined;
}
