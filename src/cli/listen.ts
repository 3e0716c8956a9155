import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trace } from '../trace/trace';
import { startInspector, type Inspector } from '../inspector';
import { makeForwardingApp } from './forwarding-app';
import { parseWords, UsageError } from './io';
import { PROVIDER_OPTION, PROVIDER_OPTION_HELP, takeProvider } from './named-provider';
import { ownNames, refuseForeignNames } from './own-names';
import { printDelivery } from './print-delivery';
import { readSecrets, SECRET_OPTIONS, SECRET_OPTIONS_HELP } from './secret-input';
import type { Terminal } from './terminal';

export const LISTEN_HELP = `hooklatch listen <provider> --secret-env <variable> [--forward <address>]

Receives the deliveries of one provider on this machine, shows each in a line and all of them in a page, and hands
those that verify on to your app: method, headers and bytes exactly as they came.

  --port <number>          where it listens, on loopback; default: 3000, 0 for any free one
  --forward <address>      where deliveries go on to, such as http://localhost:8080; a path there takes them all
  --forward-all            also what does not verify
  --host <name>            a name that it answers to beside those of this machine, such as that of a tunnel; may be
                           given several times; that of --public-url is known
  --no-page                without the page
  --public-url <address>   the address as the sender knows it, or its origin alone; for schemes that sign it
${PROVIDER_OPTION_HELP}
${SECRET_OPTIONS_HELP}
  --json                   print one JSON object for each delivery

Ends with Ctrl+C.

  export STRIPE_SECRET=whsec_...
  hooklatch listen stripe --secret-env STRIPE_SECRET
  hooklatch listen stripe --secret-env STRIPE_SECRET --forward http://localhost:8080/webhooks/stripe
`;

export const LISTEN_OPTIONS = {
  ...PROVIDER_OPTION,
  ...SECRET_OPTIONS,
  port: { type: 'string' },
  forward: { type: 'string' },
  'forward-all': { type: 'boolean' },
  host: { type: 'string', multiple: true },
  'no-page': { type: 'boolean' },
  'public-url': { type: 'string' },
  json: { type: 'boolean' },
} as const;

const LOOPBACK = '127.0.0.1';

/** Receives deliveries until the user stops it. */
export async function listen(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseWords(args, LISTEN_OPTIONS);
  const { provider, words } = await takeProvider(positionals, values.provider, io);
  if (words.length > 0) throw new UsageError('takes one provider');
  const { 'forward-all': forwardAll = false, 'no-page': noPage = false, 'public-url': publicUrl } = values;
  const forward = readForward(values.forward, forwardAll);
  const port = readPort(values.port);
  const names = ownNames(values.host ?? [], publicUrl);
  const secret = await readSecrets(values, io);
  const tell = (reason: string): void => io.printError(`hooklatch listen: ${reason}`);
  const app = makeForwardingApp({ provider, secret, publicUrl, forward, forwardAll, onUnreachable: tell });
  const server = createServer(refuseForeignNames(app, names, tell));
  await listenOn(server, port);
  const url = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`;
  const endpoints = [{ url, provider, secret: secret[0], publicUrl }];
  const page = noPage ? undefined : await startInspector({ endpoints });

  const stopped = io.untilStopped();
  const print = (trace: unknown): void =>
    void printDelivery(trace as Trace, { json: values.json, forward, forwardAll }, io);
  subscribe('hooklatch:trace', print);
  if (values.json === true) io.printJson({ listening: url, page: page?.url ?? null });
  else {
    io.print(
      `${provider.name} can call ${url}${forward === undefined ? '' : `, handed on to ${forward.href}`}`,
    );
    if (page !== undefined) io.print(`The page is ${page.url}`);
  }
  await stopped;
  unsubscribe('hooklatch:trace', print);
  await close(server, page);
  return 0;
}

function readPort(text = '3000'): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError('--port must be a number from 0 to 65535');
}

function readForward(text: string | undefined, all: boolean): URL | undefined {
  if (text === undefined) {
    if (all) throw new UsageError('--forward-all needs --forward');
    return undefined;
  }
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return new URL(text);
  throw new UsageError('--forward must be an address such as http://localhost:8080');
}

async function listenOn(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
  } catch (error) {
    throw new UsageError(`cannot listen on port ${port}: ${String((error as NodeJS.ErrnoException).code)}`);
  }
}

async function close(server: Server, page: Inspector | undefined): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await Promise.all([closed, page?.close()]);
}
