import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, type Response } from 'express';
import { webhookGuard, webhookRouter, type Decision, type Webhook } from 'hooklatch';
import { BODY_TIMEOUT_MS, NOW, ROUTE_NAMES, routeOf } from './routes';

// A receiver in a process of its own, which an unhandled rejection or exception ends. It says where it listens, what it
// handles, and what it decides.
const secrets = JSON.parse(process.env.SECRETS ?? '{}') as Record<string, string>;

const say = (what: string, text: string): boolean => process.stdout.write(`${what} ${text}\n`);

// The default of Express, with NODE_ENV unset: an error that reaches it is shown with its stack.
const app = express().set('env', 'development').disable('x-powered-by');

for (const name of ROUTE_NAMES) {
  const { provider, kind, options } = routeOf(name);
  const settings = {
    provider,
    secret: secrets[name],
    clock: () => NOW,
    bodyTimeoutMs: BODY_TIMEOUT_MS,
    onDecision: (decision: Decision) => say('decided', JSON.stringify(decision)),
    ...options,
  };
  const handle = (req: Request, res: Response): void => {
    say('handled', req.originalUrl);
    res.sendStatus(200);
  };
  if (kind === 'guard') {
    app.use(`/${name}`, webhookGuard(settings), handle);
  } else {
    const any = {
      method: [...provider.methods],
      handle: (_webhook: Webhook, req: Request, res: Response) => handle(req, res),
    };
    app.use(`/${name}`, webhookRouter({ ...settings, events: { '*': any } }));
  }
}
app.use((_req, res) => {
  res.status(404).end();
});

const server = createServer({ connectionsCheckingInterval: 50, headersTimeout: 1000 }, app);
server.listen(0, '127.0.0.1', () => say('listening', String((server.address() as AddressInfo).port)));
