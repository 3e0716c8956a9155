import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import express from 'express';
import { github, webhookRouter } from 'hooklatch';

const webhooks = webhookRouter({
  provider: github,
  secret: process.env.GITHUB_SECRET,
  events: {
    '*': async ({ key }) => {
      console.log(`handling ${key ?? ''}`);
      await pause(300); // work
      console.log(`handled ${key ?? ''}`);
    },
  },
});

const app = express();
app.use('/webhooks/github', webhooks);
const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`listening on port ${(server.address() as AddressInfo).port}`);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void shutDown());
}

async function shutDown(): Promise<void> {
  console.log('shutting down');
  server.close(); // no new connections
  await webhooks.drain(); // what is being handled ends; what comes on an open connection is answered 503
  process.exit();
}
