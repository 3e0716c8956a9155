import { isIP } from 'node:net';
import type { Request } from 'express';
import { WebhookError } from '../errors';
import {
  ignoresProxy,
  isDirectSocket,
  trustsAnybody,
  warnOfIgnoredProxy,
  warnOfPermissiveProxy,
} from './proxies';
import { makeRefusal } from './refuse';
import type { RequestState } from './state';
import { warnOnce } from './warnings';

const THIS_MACHINE = '127.0.0.1';
const SERVICE_UNAVAILABLE = 503;

// RFC 7239, section 4: pairs of a Forwarded header, which some proxies write into X-Forwarded-For as they are.
const FORWARDED_PAIR = /^(?:for|by|host|proto)=/i;
// Section 6: IPv6 in brackets, and a port, which is a number or a name that begins with "_". Azure's Application
// Gateway writes a port behind every address.
const NODE = /^(?:\[([^[\]]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/;

/** The IP address in what a proxy wrote: with a port, in brackets, in quotes, as `for=`; else `undefined`. */
export function parseAddress(text: string): string | undefined {
  const node = readForwardedFor(text).replace(/^"([^"]*)"$/, '$1');
  if (isIP(node) !== 0) return node;
  const [, bracketed = '', plain = ''] = NODE.exec(node) ?? [];
  if (isIP(bracketed) === 6) return bracketed;
  return isIP(plain) === 4 ? plain : undefined;
}

function readForwardedFor(text: string): string {
  const pairs = text.split(';').map((pair) => pair.trim());
  const found = pairs.filter((pair) => /^for=/i.test(pair));
  const isForwardedHeader = found.length === 1 && pairs.every((pair) => FORWARDED_PAIR.test(pair));
  return isForwardedHeader ? found.join().slice('for='.length) : text;
}

/** The address of the sender as a record shows it: where a proxy wrote none, what it wrote. */
export function showAddress(req: Request): string | undefined {
  const text = readAddressText(req);
  return text === undefined ? undefined : (parseAddress(text) ?? text);
}

/** The address that a check by address goes by; the refusal where there is none, or none that can be relied on. */
export function requireAddress(state: RequestState, req: Request): string | WebhookError {
  const refusal = refusePermissiveProxy(state, req);
  if (refusal !== undefined) return refusal;
  warnOfIgnoredProxy(req);
  const address = parseAddress(readAddressText(req) ?? '');
  if (address !== undefined) return address;
  if (ignoresProxy(req)) return proxyForgotten();
  // A client that has left has no address any more: nothing is wrong with the set-up.
  if (!req.socket.destroyed) {
    warnOnce(
      'no-address',
      'the address of a request, as Express gives it by its "trust proxy", is no IP address; the decision about ' +
        'the request shows it. See that your proxy writes the address of the sender into X-Forwarded-For',
    );
  }
  return makeRefusal(state, 'ERR_WEBHOOK_SETUP');
}

/** The refusal where Express lets every sender choose its address; told once. */
export function refusePermissiveProxy(state: RequestState, req: Request): WebhookError | undefined {
  if (!trustsAnybody(req)) return undefined;
  warnOfPermissiveProxy();
  return makeRefusal(state, 'ERR_WEBHOOK_SETUP');
}

/** The refusal of a request whose proxy is not trusted: the sender shall try again when that is mended. */
export function proxyForgotten(): WebhookError {
  return new WebhookError('ERR_WEBHOOK_SETUP', SERVICE_UNAVAILABLE);
}

// By Express's `trust proxy`. A direct connection by a socket file is one of this machine.
function readAddressText(req: Request): string | undefined {
  return req.ip ?? (isDirectSocket(req) ? THIS_MACHINE : undefined);
}
