import cluster from 'node:cluster';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { github, redisStore, webhookRouter } from 'hooklatch';
import { Redis } from 'ioredis';

const { GITHUB_SECRET, PORT = '3000', REDIS_URL = 'redis://localhost:6379' } = process.env;

// Two processes on one port. Through Redis each knows what the other has handled, or is handling.
if (cluster.isPrimary) {
  cluster.fork();
  cluster.fork();
} else {
  void receive();
}

async function receive(): Promise<void> {
  // Where Redis is away, a delivery is answered 503 at once, and its sender tries again.
  const redis = new Redis(REDIS_URL, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 500,
  });
  redis.on('error', (error) => console.error(error.message));
  await once(redis, 'ready');

  const app = express();
  app.use(
    '/webhooks/github',
    webhookRouter({
      provider: github,
      secret: GITHUB_SECRET,
      duplicates: {
        store: redisStore({ sendCommand: (command, ...args) => redis.call(command, ...args) }),
      },
      events: { '*': ({ key }) => console.log(`${process.pid} handled ${key ?? ''}`) },
      onDecision: ({ outcome }) => console.log(`${process.pid} ${outcome}`),
    }),
  );
  const server = app.listen(Number(PORT), () => {
    console.log(`${process.pid} listening on port ${(server.address() as AddressInfo).port}`);
  });
}
