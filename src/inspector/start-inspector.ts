import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trace } from '../trace/trace';
import { checkOptions, integerBetween, type OptionCheck, type OptionChecks } from '../options';
import { makeDeliveryLog } from './delivery-log';
import { readEndpoint, type InspectorEndpoint } from './endpoints';
import { makeEventStream } from './event-stream';
import { makeHandler } from './handle-request';
import type { Inbox } from '../inbox/inbox';
import { watchAttempts } from './attempt-log';
import { makeInboxApi } from './inbox-api';

export interface InspectorOptions {
  /** 0 for any free port. @default 4040, or any free one where that is taken */
  readonly port?: number | undefined;
  /** The routes that deliveries may be sent to from the page, again or as a test. @default none */
  readonly endpoints?: readonly InspectorEndpoint[] | undefined;
  /** The inbox of the app, to look at and to move what is in it. @default none */
  readonly inbox?: Inbox | undefined;
  /** How many deliveries are kept. @default 200 */
  readonly maxDeliveries?: number | undefined;
  /** Starts although `NODE_ENV` is `production`. @default false */
  readonly allowProduction?: boolean | undefined;
}

export interface Inspector {
  /** The address of the page. */
  readonly url: string;
  /** Ends the page and the recording of traces. */
  close(): Promise<void>;
}

const A_BOOLEAN: OptionCheck = {
  accepts: (value) => typeof value === 'boolean',
  expects: 'true or false',
};

const CHECKS: OptionChecks = {
  port: integerBetween(0, 65_535, 'a port'),
  endpoints: { accepts: (value) => Array.isArray(value), expects: 'a list of { url, provider, secret }' },
  inbox: { accepts: hasView, expects: 'an inbox with a view, such as sqliteInbox()' },
  maxDeliveries: integerBetween(1, 10_000, 'a number of deliveries'),
  allowProduction: A_BOOLEAN,
};

const DEFAULT_PORT = 4040;
// The page is for this machine alone.
const LOOPBACK = '127.0.0.1';

/**
 * Starts the live page: every delivery that a guard or a router of this process receives, with its trace, and why it
 * was refused. For development: it rejects where `NODE_ENV` is `production`, and with a `TypeError` for wrong options.
 */
export async function startInspector(options: InspectorOptions = {}): Promise<Inspector> {
  const { port, endpoints = [], inbox, maxDeliveries = 200, allowProduction = false } = readOptions(options);
  if (process.env.NODE_ENV === 'production' && !allowProduction) {
    throw new Error(
      'startInspector() shows the bytes of every delivery and is for development; NODE_ENV is production. ' +
        'If you are sure, give the option "allowProduction"',
    );
  }
  const targets = endpoints.map(readEndpoint);
  const log = makeDeliveryLog(maxDeliveries);
  const run = Date.now().toString(36);
  const stream = makeEventStream(log, run, inbox !== undefined);
  const attempts = watchAttempts(() => stream.tell('inbox', {}));
  const api = inbox && makeInboxApi({ inbox, endpoints: targets, attempts, tell: stream.tell });
  const server = createServer(makeHandler({ endpoints: targets, log, stream, inbox: api }));
  // The page keeps no process alive that has nothing else to do.
  server.on('connection', (socket) => socket.unref());
  const stop = (): void => {
    attempts.stop();
    stream.close();
  };
  await startListening(server, port).catch((error: unknown) => {
    stop();
    throw error;
  });
  server.unref();

  const record = (trace: unknown): void => stream.send(log.add(trace as Trace));
  subscribe('hooklatch:trace', record);
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`,
    async close() {
      unsubscribe('hooklatch:trace', record);
      stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function hasView(value: unknown): boolean {
  const { view } = Object(value) as Partial<Inbox>;
  return typeof view === 'object' && typeof view.counts === 'function';
}

function readOptions(options: InspectorOptions): InspectorOptions {
  return checkOptions('startInspector()', options, CHECKS);
}

async function startListening(server: Server, port: number | undefined): Promise<void> {
  try {
    server.listen(port ?? DEFAULT_PORT, LOOPBACK);
    await once(server, 'listening');
  } catch (error) {
    // Another page is open there already; who asked for a port wants that one.
    if (port !== undefined || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
  }
}
