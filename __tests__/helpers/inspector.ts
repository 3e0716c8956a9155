import { get, type IncomingMessage } from 'node:http';
import type { Express } from 'express';
import { webhookRouter, type Provider, type WebhookRouterOptions } from 'hooklatch';
import { startInspector, type Inspector, type InspectorOptions } from 'hooklatch/inspector';
import { eventually, SECRET, send, start, type Answer, type Sent } from './http';

export interface Inspected {
  /** The port of the app that receives. */
  readonly port: number;
  readonly inspector: Inspector;
  readonly inspectorPort: number;
  /** Asks the inspector as its own page would. */
  readonly ask: (path: string, sent?: Sent) => Promise<Answer>;
}

type Route = Partial<WebhookRouterOptions> & { readonly provider: Provider };

const toClose: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(toClose.splice(0).map((close) => close()));
});

/** An app with one router for each provider at `/<name>`, and an inspector that knows them. */
export async function startInspected(
  routes: readonly Route[],
  options: Partial<InspectorOptions> = {},
): Promise<Inspected> {
  const all = routes.map((route) => ({ secret: SECRET, events: { '*': () => undefined }, ...route }));
  const { port, url } = await start((app: Express) => {
    for (const { provider, ...rest } of all) {
      const router = webhookRouter({ provider, onDecision: () => undefined, ...rest });
      app.use(`/${provider.name}`, router);
    }
  });
  const endpoints = all.map(({ provider, secret, events, publicUrl }) => ({
    url: `${url}/${provider.name}`,
    provider,
    events,
    publicUrl,
    secret: typeof secret === 'string' ? secret : undefined,
  }));
  const inspector = await inspect({ endpoints, ...options });
  const inspectorPort = Number(new URL(inspector.url).port);
  const origin = inspector.url.slice(0, -1);
  const ask = (path: string, { headers, ...sent }: Sent = {}): Promise<Answer> =>
    send(inspectorPort, { method: 'GET', path, headers: { Origin: origin, ...headers }, ...sent });
  return { port, inspector, inspectorPort, ask };
}

/** As `startInspector()`, on a free port; closed when the test has ended. */
export async function inspect(options: InspectorOptions = {}): Promise<Inspector> {
  const inspector = await startInspector({ port: 0, ...options });
  toClose.push(() => inspector.close());
  return inspector;
}

export interface StreamEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- whatever the server says
}

/** Reads the event stream; `events` grows as they come. */
export async function readStream(
  inspectorPort: number,
  headers: Readonly<Record<string, string>> = {},
  path = '/events',
): Promise<{ events: StreamEvent[]; res: IncomingMessage; close: () => void }> {
  const events: StreamEvent[] = [];
  const res = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port: inspectorPort, host: '127.0.0.1', path, headers }, resolve).on('error', reject);
  });
  let text = '';
  res.on('error', () => undefined);
  res.on('data', (data: Buffer) => {
    text += data.toString();
    const parts = text.split('\n\n');
    text = parts.pop()!;
    for (const part of parts) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(part)?.[1];
      const data = field('data');
      if (data !== undefined)
        events.push({ event: field('event')!, id: field('id'), data: JSON.parse(data) });
    }
  });
  toClose.push(async () => void res.destroy());
  await eventually(() => events.length > 0);
  return { events, res, close: () => res.destroy() };
}
