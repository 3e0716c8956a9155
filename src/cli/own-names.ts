import type { IncomingMessage, RequestListener } from 'node:http';
import { isForeignSite, LOOPBACK_NAMES } from '../inspector/access';
import { UsageError } from './io';

const PORT = /:\d{1,5}$/;
// A host as a URL has it, without a port.
const NAME = /^(?:[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63}){0,20}|\[[0-9a-f:.]{2,45}\])$/i;
const MAX_TOLD = 10;
const MAX_SHOWN = 100;

/** The names under which `listen` answers: those of this machine, of the address that the sender knows, and given ones. */
export function ownNames(hosts: readonly string[], publicUrl: string | undefined): ReadonlySet<string> {
  const wrong = hosts.find((host) => !NAME.test(host));
  if (wrong !== undefined)
    throw new UsageError('--host must be a name such as abc.example.org, without a port');
  const known = publicUrl === undefined || !URL.canParse(publicUrl) ? [] : [new URL(publicUrl).hostname];
  return new Set([...LOOPBACK_NAMES, ...hosts, ...known].map((name) => name.toLowerCase()));
}

/**
 * Lets through what is sent to one of these names, and not by a page of another site: a name of an attacker can lead
 * to this machine (DNS rebinding), and the app behind would take the request for one of its own. `tell` hears of each
 * foreign name once.
 */
export function refuseForeignNames(
  listener: RequestListener,
  names: ReadonlySet<string>,
  tell: (reason: string) => void,
): RequestListener {
  const told = new Set<string>();
  return (req, res) => {
    const reason = foreignness(req, names);
    if (reason === undefined) {
      listener(req, res);
      return;
    }
    if (told.size < MAX_TOLD && !told.has(reason)) {
      told.add(reason);
      tell(reason);
    }
    // Node reads the rest of the upload.
    res.writeHead(403, { 'Content-Length': 0 }).end();
  };
}

function foreignness({ headers }: IncomingMessage, names: ReadonlySet<string>): string | undefined {
  const { host = '', 'sec-fetch-site': site } = headers;
  const name = host.replace(PORT, '').toLowerCase();
  if (!names.has(name)) {
    const isShown = name.length <= MAX_SHOWN && NAME.test(name);
    const what = isShown ? `; if it is that of your tunnel, add --host ${name}` : '';
    return `refused a request to the name "${name.slice(0, MAX_SHOWN)}"${what}`;
  }
  return isForeignSite(site)
    ? 'refused a request that a page of another site has sent by a browser'
    : undefined;
}
