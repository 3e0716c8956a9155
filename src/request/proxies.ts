import type { IncomingMessage } from 'node:http';
import type { Request } from 'express';
import { findApp } from './bare-request';
import { warnOnce } from './warnings';

type TrustFunction = (address: string, distance: number) => boolean;

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

/** Whether a proxy has left its marks. They prove nothing: anybody can send them. */
export function isForwarded({ headers }: IncomingMessage): boolean {
  return FORWARDING_HEADERS.some((name) => headers[name] !== undefined);
}

/** Whether Express takes the word of any address at any distance, and so the sender's own left-most one. */
export function trustsAnybody(req: Request): boolean {
  // Express compiles the setting to a function of this shape, whatever it is.
  const trust = findApp(req)?.get('trust proxy fn') as TrustFunction | undefined;
  if (trust === undefined) return false;
  const known = permissive.get(trust);
  if (known !== undefined) return known;
  const anybody = STRANGERS.some((family) => family.every((address) => trust(address, FAR)));
  permissive.set(trust, anybody);
  return anybody;
}

/** Whether the setting is off, so that every forwarding header is ignored. */
export function trustsNobody(req: Request): boolean {
  return !findApp(req)?.get('trust proxy');
}

/** Says once that a proxy seems to stand in front of an app that ignores what proxies say. */
export function warnOfIgnoredProxy(req: Request): void {
  if (!isForwarded(req) || !trustsNobody(req)) return;
  if (findApp(req) === undefined) {
    warnOnce(
      'ignored-proxy-without-express',
      'a request came with forwarding headers outside an Express app, where no "trust proxy" says whom to believe, ' +
        'so its address and protocol are those of the proxy. If what stands in front takes HTTPS alone, give the ' +
        'option https: false, and leave "allowIps" and "rateLimit" to it; or mount the guard in an Express app',
    );
    return;
  }
  warnOnce(
    'ignored-proxy',
    'a request came with forwarding headers, but Express\'s "trust proxy" is off, so its address and protocol are ' +
      "those of the proxy. If a proxy of yours stands in front, set it: app.set('trust proxy', 1) for one proxy, or " +
      'the addresses of yours',
  );
}

/** Says once that the setting makes addresses worthless. */
export function warnOfPermissiveProxy(): void {
  warnOnce(
    'permissive-proxy',
    'Express\'s "trust proxy" trusts any address, so every sender chooses the address that it seems to have. ' +
      "Where addresses matter, set the number of your proxies, app.set('trust proxy', 1), or their addresses",
  );
}
