import type { AddressInfo } from 'node:net';
import express from 'express';
import { github, redisStore, webhookRouter } from 'hooklatch';
import { connectIoredis } from './redis-clients';

// A receiver in a process of its own. It says where it listens, and the id of each delivery that it handles.
const { REDIS_SOCKET = '', SECRET, LEASE_MS, HANDLER_MS } = process.env;

async function main(): Promise<void> {
  // Patient with a busy machine: the guard has a deadline of its own.
  const { sendCommand } = await connectIoredis(REDIS_SOCKET, 5000);
  const app = express();
  const receiver = webhookRouter({
    provider: github,
    secret: SECRET,
    onDecision: () => undefined,
    duplicates: { store: redisStore({ sendCommand }), leaseMs: Number(LEASE_MS) },
    events: {
      '*': async ({ id }) => {
        console.log(`handled ${String(id)}`);
        if (id === 'deadly') process.exit(1);
        await new Promise((resolve) => setTimeout(resolve, Number(HANDLER_MS)));
      },
    },
  });
  app.use(receiver);
  const server = app.listen(0, '127.0.0.1', () => {
    console.log(`listening ${(server.address() as AddressInfo).port}`);
  });
  process.once('SIGTERM', () => {
    server.close();
    void receiver.drain().then(() => process.exit());
  });
}

void main();
