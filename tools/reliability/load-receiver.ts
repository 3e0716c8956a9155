import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { github, webhookRouter } from '../../src';

/*
 * The receiver of the load: in a process of its own, with a channel to the one that sends. It tells of each delivery that
 * reaches its handler, and on request how much memory is in use after a collection. It keeps nothing for long itself, and
 * neither does the store here: what grows all the same has leaked.
 */

const handled: number[] = [];
// Some handlers end later, and some fail the first time: their senders come again.
const failed = new Set<number>();

const app = express();
app.use(
  '/github',
  webhookRouter({
    provider: github,
    secret: process.env.SECRET,
    bodyTimeoutMs: 2000,
    onDecision: () => undefined,
    duplicates: { ttlMs: 5000 },
    events: {
      '*': async (webhook) => {
        const { n } = webhook.payload as { readonly n: number };
        if (n % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
        if (n % 100 === 0 && !failed.has(n)) {
          failed.add(n);
          throw new Error('the first time it fails');
        }
        failed.delete(n);
        handled.push(n);
      },
    },
  }),
);

const server = createServer({ connectionsCheckingInterval: 500, headersTimeout: 2000 }, app);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));

setInterval(() => {
  if (handled.length > 0) process.send?.({ handled: handled.splice(0) });
}, 100);

process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ handled: handled.splice(0), heap: heapUsed + external });
});
process.on('disconnect', () => process.exit());
