import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { refuseForeign, SECURITY_HEADERS } from './access';
import { replay, resignAndSend, sendTestDelivery, VARIANTS, type VariantName } from './actions';
import type { DeliveryLog, LoggedDelivery } from './delivery-log';
import type { Endpoint } from './endpoints';
import type { EventStream } from './event-stream';
import type { InboxApi } from './inbox-api';
import { ActionError, answerJson, readJson } from './json';
import { readPageFiles } from './page-files';
import { makeDetail, endpointView, makeExport } from './views';

export interface HandlerParts {
  readonly endpoints: readonly Endpoint[];
  readonly log: DeliveryLog;
  readonly stream: EventStream;
  /** Where the app has an inbox that can be looked at. */
  readonly inbox?: InboxApi | undefined;
}

const INBOX = '/api/inbox/';
const DELIVERY = /^\/api\/deliveries\/(\d{1,15})(?:\/(export|replay|resign))?$/;

/** Answers the page: its files, its stream, and what it asks for. */
export function makeHandler({ endpoints, log, stream, inbox }: HandlerParts): RequestListener {
  const files = readPageFiles();

  return function inspectorListener(req, res) {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) res.setHeader(name, value as string);
    const refusal = refuseForeign(req, Number(req.socket.localPort));
    if (refusal !== undefined) {
      answerJson(res, 403, { error: refusal });
      return;
    }
    handle(req, res).catch((error: unknown) => {
      const isKnown = error instanceof ActionError;
      answerJson(res, isKnown ? 422 : 500, { error: isKnown ? error.message : 'the inspector failed' });
      if (!isKnown) process.emitWarning(error as Error);
    });
  };

  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(String(req.url), 'http://localhost');
    const file = files.get(pathname);
    const [, id, action = 'show'] = DELIVERY.exec(pathname) ?? [];
    if (id !== undefined) await handleDelivery(req, res, log.get(Number(id)), action);
    else if (pathname.startsWith(INBOX)) await handleInbox(inbox, req, res);
    else if (pathname === '/events' && req.method === 'GET') {
      stream.open(req, res, [req.headers['last-event-id'] ?? searchParams.get('last')].flat()[0] ?? null);
    } else if (pathname === '/api/endpoints' && req.method === 'GET') {
      answerJson(res, 200, endpoints.map(endpointView));
    } else if (pathname === '/api/trials' && req.method === 'POST') {
      answerJson(res, 200, await sendTestDelivery(readTestRequest(await readJson(req), endpoints)));
    } else if (pathname === '/api/clear' && req.method === 'POST') {
      log.clear();
      stream.cleared();
      answerJson(res, 200, {});
    } else if (file !== undefined && req.method === 'GET') {
      res.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.length });
      res.end(file.bytes);
    } else answerJson(res, 404, { error: 'there is nothing here' });
  }

  async function handleDelivery(
    req: IncomingMessage,
    res: ServerResponse,
    entry: LoggedDelivery | undefined,
    action: string,
  ): Promise<void> {
    const reads = action === 'show' || action === 'export';
    if (req.method !== (reads ? 'GET' : 'POST')) answerJson(res, 405, { error: 'not by this method' });
    else if (entry === undefined) answerJson(res, 404, { error: 'This delivery is no longer kept.' });
    else if (action === 'show') answerJson(res, 200, await makeDetail(entry, endpoints));
    else if (action === 'export') {
      res.setHeader('Content-Disposition', `attachment; filename="delivery-${entry.id}.json"`);
      answerJson(res, 200, makeExport(entry.trace));
    } else answerJson(res, 200, await (action === 'replay' ? replay : resignAndSend)(entry.trace, endpoints));
  }
}

async function handleInbox(
  inbox: InboxApi | undefined,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (inbox === undefined) throw new ActionError('startInspector() was given no inbox.');
  const { pathname, searchParams } = new URL(String(req.url), 'http://localhost');
  const name = pathname.slice(INBOX.length);
  const read = Object.hasOwn(inbox.reads, name) ? inbox.reads[name] : undefined;
  const act = Object.hasOwn(inbox.acts, name) ? inbox.acts[name] : undefined;
  if (read !== undefined && req.method === 'GET') {
    answerJson(res, 200, await read(Object.fromEntries(searchParams)));
  } else if (act !== undefined && req.method === 'POST') {
    answerJson(res, 200, await act(await readJson(req)));
  } else if ((read ?? act) === undefined) answerJson(res, 404, { error: 'there is nothing here' });
  else answerJson(res, 405, { error: 'not by this method' });
}

function readTestRequest(
  fields: Readonly<Record<string, unknown>>,
  endpoints: readonly Endpoint[],
): Parameters<typeof sendTestDelivery>[0] {
  const { endpoint: index, kind, event, method } = fields;
  const endpoint = typeof index === 'number' ? endpoints[index] : undefined;
  const isKind = typeof kind === 'string' && Object.hasOwn(VARIANTS, kind);
  if (endpoint === undefined || !isKind)
    throw new ActionError('There is no such endpoint, or no such trial.');
  if (method !== undefined && !endpoint.provider.methods.some((known) => known === method)) {
    throw new ActionError(`${endpoint.provider.name} does not send by this method.`);
  }
  return {
    endpoint,
    kind: kind as VariantName,
    event: typeof event === 'string' && event.trim() !== '' ? event : undefined,
    method: method as string | undefined,
  };
}
