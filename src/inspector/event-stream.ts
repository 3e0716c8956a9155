import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DeliveryLog, LoggedDelivery } from './delivery-log';
import { makeSummary } from './views';

/** Server-sent events: what comes, to every page that is open. */
export interface EventStream {
  /** Answers with the stream, from where the page left off. */
  readonly open: (req: IncomingMessage, res: ServerResponse, lastId: string | null) => void;
  readonly send: (entry: LoggedDelivery) => void;
  readonly cleared: () => void;
  /** Tells every page something that it need not catch up with. */
  readonly tell: (name: string, data: unknown) => void;
  readonly close: () => void;
}

const MAX_PAGES = 16;
const MAX_WAITING_BYTES = 4 * 1024 ** 2;
const HEARTBEAT_MS = 15_000;

/** `run` tells this process from the one before, whose ids mean nothing here. */
export function makeEventStream(log: DeliveryLog, run: string, hasInbox = false): EventStream {
  const pages = new Set<ServerResponse>();
  const write = (page: ServerResponse, text: string): void => {
    // A page that does not read is cut; it comes back and catches up.
    if (page.writableLength > MAX_WAITING_BYTES) page.destroy();
    else page.write(text);
  };
  const toAll = (text: string): void => pages.forEach((page) => write(page, text));
  const heartbeat = setInterval(() => toAll(': still here\n\n'), HEARTBEAT_MS);
  heartbeat.unref();
  const hello = (): string => event('hello', { run, oldest: log.oldest(), hasInbox });
  const delivery = (entry: LoggedDelivery): string =>
    `id: ${run}-${entry.id}\n${event('delivery', makeSummary(entry))}`;
  return {
    open(req, res, lastId) {
      // The oldest page gives way.
      if (pages.size >= MAX_PAGES) for (const page of [...pages].slice(0, 1)) page.destroy();
      pages.add(res);
      res.on('close', () => pages.delete(res));
      req.socket.setNoDelay();
      res.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
      write(res, `retry: 1000\n${hello()}`);
      for (const entry of log.after(seenBefore(lastId, run))) write(res, delivery(entry));
    },
    send: (entry) => toAll(delivery(entry)),
    cleared: () => toAll(hello()),
    tell: (name, data) => toAll(event(name, data)),
    close() {
      clearInterval(heartbeat);
      pages.forEach((page) => page.end());
    },
  };
}

/** The last number that a page has seen of this run. */
function seenBefore(lastId: string | null, run: string): number {
  const [, ofRun, number] = /^([a-z0-9]{1,20})-(\d{1,15})$/.exec(lastId ?? '') ?? [];
  return ofRun === run ? Number(number) : 0;
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
