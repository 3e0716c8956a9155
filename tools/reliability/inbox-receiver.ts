// A receiver that is killed over and over: tools/reliability/inbox-kill.ts starts it. It writes what it has handled into a
// log, or into a table of the file of its inbox, in one transaction with the record that it is done.
import express from 'express';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { github, webhookRouter, type InboxDelivery, type Webhook } from 'hooklatch';
import { sqliteInbox } from 'hooklatch/inbox';
import { loadDriver } from '../../src/inbox/sqlite/driver';

const [folder = '', port = '0', driver = 'node:sqlite', mode = 'thread'] = process.argv.slice(2);
const file = join(folder, 'inbox.db');
const log = join(folder, 'handled.log');
const isTransaction = mode.startsWith('transaction');
const isOrdered = mode.startsWith('order');

const inbox = sqliteInbox({
  file,
  driver,
  thread: !mode.endsWith('main'),
  leaseMs: 1500,
  pollMs: 100,
  retry: { attempts: 1000, firstMs: 50, maxMs: 500 },
  onAttempt: () => undefined,
});
const db = isTransaction ? new (loadDriver(driver))(file) : undefined;
db?.exec('PRAGMA busy_timeout = 5000');
db?.exec('PRAGMA synchronous = FULL');
db?.exec('CREATE TABLE IF NOT EXISTS effect (n INTEGER)');

const router = webhookRouter({
  provider: github,
  secret: 'a secret that is long enough',
  inbox: isOrdered ? { store: inbox, orderBy: (webhook) => `key ${readNumber(webhook) % 7}` } : inbox,
  events: { '*': (webhook, delivery) => handle(readNumber(webhook), delivery) },
});

async function handle(n: number, delivery: InboxDelivery): Promise<void> {
  appendFileSync(log, `begin ${n}\n`);
  await pause(Math.random() * 30);
  if (Math.random() < 0.05) throw new Error('bad luck');
  if (db === undefined) {
    appendFileSync(log, `end ${n}\n`);
    return;
  }
  db.exec('BEGIN IMMEDIATE');
  try {
    db.prepare('INSERT INTO effect VALUES (?)').run(n);
    void delivery.completeIn((sql, values) => db.prepare(sql).run(...values));
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function readNumber({ payload }: Webhook): number {
  return (payload as { readonly n: number }).n;
}

express()
  .use('/', router)
  .listen(Number(port), '127.0.0.1', () => console.log('ready'));
