// One server of the comparison of inboxes, in a process of its own: node inbox-server.mjs <variant> <folder> <redis> <postgres>
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import express from 'express';
import { SECRET } from './secret.mjs';

const require = createRequire(import.meta.url);
const [, , variant, folder, redis, postgres] = process.argv;
const driver = process.versions.node.startsWith('20.') ? '@photostructure/sqlite' : 'node:sqlite';
const { github, webhookGuard, webhookRouter } = require('../../dist/index.js');
const settings = { provider: github, secret: SECRET };
const finish = (_req, res) => res.status(200).end();
const store = (inbox) => (app) =>
  app.use('/', webhookRouter({ ...settings, inbox, events: { '*': () => {} } }));
const sqlite = (thread) => {
  const { sqliteInbox } = require('../../dist/inbox/index.js');
  const file = join(folder, `${thread}.db`);
  return sqliteInbox({ file, driver, thread, work: false });
};
const bullmq = (options) => {
  const { bullmqInbox } = require('../../dist/inbox/bullmq/index.js');
  return bullmqInbox({ ...options, work: false });
};

/** Puts by pg-boss, as docs/guides/pg-boss-inbox.md does. */
async function pgBoss() {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({ host: postgres, user: 'hooklatch', database: 'postgres' });
  await boss.start();
  await boss.createQueue('webhooks');
  const put = async ({ keys: [{ key }], meta, body }) => {
    const hex = createHash('sha256').update(key).digest('hex');
    const id = hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-a$4-$5');
    const sent = await boss.send('webhooks', { meta, body: body.toString('base64') }, { id });
    return sent === null ? 'duplicate' : 'stored';
  };
  const nothing = () => Promise.resolve();
  return { put, work: () => {}, drain: nothing, close: nothing };
}

const variants = {
  'express.json()': (app) => app.post('/', express.json(), finish),
  'guard, no inbox': (app) => app.post('/', webhookGuard({ ...settings, duplicates: false }), finish),
  'sqliteInbox()': (app) => store(sqlite(true))(app),
  'sqliteInbox({ thread: false })': (app) => store(sqlite(false))(app),
  'bullmqInbox(), Redis': (app) => store(bullmq({ connection: { path: redis } }))(app),
  'bullmqInbox(), PostgreSQL': (app) => {
    const { createPostgresBackend } = require('bullmq');
    const connection = { host: postgres, user: 'hooklatch', database: 'postgres', migrate: true };
    store(bullmq({ connection, backend: createPostgresBackend }))(app);
  },
  'pg-boss': async (app) => store(await pgBoss())(app),
};

const app = express();
await variants[variant](app);
const server = createServer(app);
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

let began;
process.on('message', (message) => {
  if (message === 'begin') {
    began = process.cpuUsage();
    process.send({ began: true });
  } else {
    const { user, system } = process.cpuUsage(began);
    process.send({ cpu: user + system });
  }
});
process.on('disconnect', () => process.exit(0));
