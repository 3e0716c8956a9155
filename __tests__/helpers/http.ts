import type { Express, RequestHandler } from 'express';
import { request, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type * as Hooklatch from 'hooklatch';
import { sign, webhookGuard, webhookRouter } from 'hooklatch';
import type {
  Decision,
  Provider,
  SignSettings,
  Webhook,
  WebhookGuardOptions,
  WebhookRouterOptions,
} from 'hooklatch';
import { listen } from './app';

/** The secret and the time of deliveries that nobody else has signed. */
export const SECRET = 'a secret for tests, long enough';
export const NOW = 1_767_225_600_000;

/** What the running test has warned of. */
export const warnings: string[] = [];

const toClose: (() => Promise<void>)[] = [];

beforeEach(() => {
  warnings.length = 0;
  jest.spyOn(process, 'emitWarning').mockImplementation((text) => {
    warnings.push(String(text));
  });
});

afterEach(async () => {
  jest.restoreAllMocks();
  jest.useRealTimers();
  await Promise.all(toClose.splice(0).map((close) => close()));
});

/** As `listen()`; closed when the test has ended. */
export async function start(setUp: (app: Express) => void): ReturnType<typeof listen> {
  const app = await listen(setUp);
  toClose.push(app.close);
  return app;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** All that a sender can tell answers apart by: status, header lines but Date, and bytes. */
  readonly fingerprint: string;
  readonly text: string;
}

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** Sends one request with a Content-Length, and reads the whole answer. */
export function send(
  port: number,
  { method = 'POST', path = '/', headers, body }: Sent = {},
): Promise<Answer> {
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const length = bytes === undefined ? {} : { 'Content-Length': bytes.length };
  return new Promise((resolve, reject) => {
    const req = request(
      { port, host: '127.0.0.1', method, path, headers: { ...length, ...headers } },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString('latin1');
          const status = res.statusCode ?? 0;
          const lines = res.rawHeaders.flatMap((name, index) =>
            index % 2 === 0 && name !== 'Date' ? [`${name}: ${res.rawHeaders[index + 1] ?? ''}`] : [],
          );
          const fingerprint = [`${status} ${res.statusMessage ?? ''}`, ...lines, '', text].join('\n');
          resolve({ status, headers: res.headers, fingerprint, text });
        });
      },
    );
    req.on('error', reject);
    req.end(bytes);
  });
}

/** Writes to a socket, piece by piece, and gives back all that came until the other side closed it. */
export function talk(port: number, pieces: readonly (string | Buffer)[], pauseMs = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    const rest = [...pieces];
    const write = (): void => {
      const piece = rest.shift();
      if (piece === undefined || socket.destroyed) return;
      socket.write(piece);
      setTimeout(write, pauseMs);
    };
    write();
  });
}

/** A request as text, for `talk()`; repeated and odd headers are possible. */
export function requestText(method: string, lines: readonly string[], path = '/'): string {
  return [`${method} ${path} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...lines, '', ''].join(
    '\r\n',
  );
}

/** The headers that a sender would send with a body. */
export function signed(
  provider: Provider,
  body: string | Buffer,
  settings: Partial<SignSettings> = {},
): Record<string, string> {
  return sign(provider, { secret: SECRET, now: NOW, ...settings }, { body: Buffer.from(body) });
}

export interface Receiver {
  readonly port: number;
  readonly url: string;
  readonly webhooks: Webhook[];
  readonly decisions: Decision[];
  readonly causes: unknown[];
}

type Steps = readonly RequestHandler[];

/** A guard in an app of its own, in front of a handler that answers 200. */
export async function startGuard(
  options: Partial<WebhookGuardOptions> & Pick<WebhookGuardOptions, 'provider'>,
  before: Steps = [],
  after: Steps = [],
): Promise<Receiver> {
  const seen = { webhooks: [] as Webhook[], decisions: [] as Decision[], causes: [] as unknown[] };
  const { port, url } = await start((app) => {
    for (const step of before) app.use(step);
    app.use(webhookGuard({ secret: SECRET, clock: () => NOW, onDecision: recordInto(seen), ...options }));
    for (const step of after) app.use(step);
    app.use((req, res) => {
      seen.webhooks.push(req.webhook!);
      res.json({ received: true });
    });
  });
  return { port, url, ...seen };
}

/** A router in an app of its own, mounted at `/hooks`. */
export async function startRouter(
  options: Partial<WebhookRouterOptions> & Pick<WebhookRouterOptions, 'provider' | 'events'>,
): Promise<Receiver> {
  const seen = { webhooks: [] as Webhook[], decisions: [] as Decision[], causes: [] as unknown[] };
  const { port, url } = await start((app) => {
    const all = { secret: SECRET, clock: () => NOW, onDecision: recordInto(seen), ...options };
    app.use('/hooks', webhookRouter(all));
  });
  return { port, url, ...seen };
}

function recordInto(seen: { decisions: Decision[]; causes: unknown[] }) {
  return (decision: Decision, cause?: unknown): void => {
    seen.decisions.push(decision);
    seen.causes.push(cause);
  };
}

/** The only decision of a receiver, as soon as it is there. */
export async function decisionOf(receiver: Pick<Receiver, 'decisions'>): Promise<Decision> {
  await eventually(() => receiver.decisions.length > 0);
  expect(receiver.decisions).toHaveLength(1);
  return receiver.decisions[0]!;
}

/** A copy of the library that has not yet warned of anything. */
export function freshCopy(): typeof Hooklatch {
  let copy: typeof Hooklatch | undefined;
  jest.isolateModules(() => {
    copy = jest.requireActual<typeof Hooklatch>('hooklatch');
  });
  return copy!;
}

/** Waits until something holds; fails after fifteen seconds. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`this does not become true: ${holds.toString()}`);
    await pause(5);
  }
}

/** Jest's clock for `setTimeout` alone, so that sockets and servers go on. */
export function fakeTimeouts(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
