// A process of tools/reliability/inbox-checks.ts: it stores what it is sent, or works beside others on one file.
import express from 'express';
import { github, webhookRouter } from 'hooklatch';
import { sqliteInbox } from 'hooklatch/inbox';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { makeDelivery } from './inbox-delivery';

const [role = '', file = '', driver = ''] = process.argv.slice(2);
const tell = (message: object): void => void process.send?.(message);

/** Answers when a delivery is on the disk, and handles nothing. */
function store(): void {
  const inbox = sqliteInbox({ file, driver, work: false });
  const events = { '*': () => undefined };
  const router = webhookRouter({ provider: github, secret: 'a secret that is long enough', inbox, events });
  const server = express().use('/', router).listen(0, '127.0.0.1');
  server.on('listening', () => {
    const { port } = server.address() as AddressInfo;
    console.log(port);
  });
}

/** Puts some that the others put as well, and some of its own. */
async function share(): Promise<void> {
  const inbox = sqliteInbox({ file, driver, pollMs: 50, onAttempt: () => undefined });
  inbox.work(
    'r',
    async (webhook) => {
      tell({ handled: (webhook.payload as { readonly n: number }).n });
      await pause(1);
    },
    { concurrency: 20 },
  );
  const own = Number(process.env.CHILD) * 1000;
  const numbers = Array.from({ length: 500 }, (_, n) => n).flatMap((n) => [n, 10_000 + own + n]);
  for (const n of numbers) {
    inbox.put(makeDelivery(n)).then(
      (result) => tell({ [result]: n }),
      (error: unknown) => tell({ failure: String(error) }),
    );
  }
  process.once('SIGTERM', () => void inbox.close().then(() => process.disconnect()));
  await pause(0);
}

/** Dies of the delivery 0, and handles all others. */
function dieOfOne(): void {
  const retry = { attempts: 4, firstMs: 50, maxMs: 200 };
  const inbox = sqliteInbox({ file, driver, leaseMs: 300, pollMs: 50, retry, onAttempt: () => undefined });
  inbox.work('r', (webhook) => {
    const { n } = webhook.payload as { readonly n: number };
    if (n === 0) process.kill(process.pid, 'SIGKILL');
    tell({ handled: n });
  });
  for (let n = 0; n <= 50; n += 1) inbox.put(makeDelivery(n)).then(undefined, () => undefined);
}

if (role === 'store') store();
else if (role === 'die') dieOfOne();
else void share();
