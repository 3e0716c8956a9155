import { BlockList, isIP, isIPv4 } from 'node:net';
import type { RequestHandler } from 'express';
import { describe, type OptionCheck } from '../options';
import { requireAddress } from '../request/client-address';
import { makeRefusal } from '../request/refuse';
import { asMiddleware, type Step } from '../request/step';

/** The check of the option `allowIps`; each range is checked when the list is made. */
export const IP_RANGES: OptionCheck = {
  accepts: (value) => Array.isArray(value) && value.length > 0,
  expects: 'a list of addresses and CIDR ranges',
};

const RANGE = /^([0-9a-fA-F.:]+)(?:\/(0|[1-9][0-9]{0,2}))?$/;

/**
 * Lets only these addresses pass: single ones and CIDR ranges, IPv4 and IPv6. The address of a request is what
 * Express says, by its `trust proxy`, with or without a port; a direct connection by a Unix socket counts as
 * `127.0.0.1`. Throws a `TypeError` for anything that is no address or range.
 */
export function allowIps(ranges: readonly string[]): RequestHandler {
  return asMiddleware(allowIpsStep(ranges));
}

/** The step of `allowIps()`. */
export function allowIpsStep(ranges: readonly string[]): Step {
  if (!IP_RANGES.accepts(ranges)) {
    throw new TypeError(
      `allowIps(): option "allowIps" must be ${IP_RANGES.expects}, got ${describe(ranges)}`,
    );
  }
  const list = new BlockList();
  for (const range of ranges) addRange(list, range);

  return function allowIps(state, req) {
    const address = requireAddress(state, req);
    if (typeof address !== 'string') return address;
    return isAllowed(list, address) ? undefined : makeRefusal(state, 'ERR_WEBHOOK_ADDRESS');
  };
}

function addRange(list: BlockList, range: unknown): void {
  const [, address = '', prefix] = RANGE.exec(typeof range === 'string' ? range : '') ?? [];
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  const bits = Number(prefix ?? longest);
  if (family === 0 || bits > longest) {
    throw new TypeError(
      `option "allowIps" must hold addresses and CIDR ranges such as '192.0.2.7' or '2001:db8::/32', ` +
        `got ${describe(range)}`,
    );
  }
  list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
}

// The list itself matches an IPv4 address mapped into IPv6 as IPv4. Nothing matches an address with a zone.
function isAllowed(list: BlockList, address: string): boolean {
  return !address.includes('%') && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
