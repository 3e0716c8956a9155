import { sign, stripe, type Inbox } from 'hooklatch';
import { PermanentError } from 'hooklatch/inbox';
import { compileFunction, constants } from 'node:vm';
import request from 'supertest';
import { eventually, pause, SECRET } from '../helpers/http';
import { makeStored, numberIn } from '../helpers/inbox';
import { describeWithPostgres, startPostgresServer, type PostgresServer } from '../helpers/postgres-server';
import { runSnippet } from '../helpers/run-snippet';
import { blocksOf, readPage } from '../helpers/snippets';
import type { Express } from 'express';
import type { PgBoss } from 'pg-boss';

// The versions that pg-boss runs on.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const CAN_RUN = major > 22 || (major === 22 && minor >= 12);

/** An ES module, which Jest cannot load: Node itself does. */
function importPgBoss(): Promise<{ readonly PgBoss: typeof PgBoss }> {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const load = compileFunction("return import('pg-boss')", [], { importModuleDynamically });
  return load() as Promise<{ readonly PgBoss: typeof PgBoss }>;
}

interface Guide {
  pgBossInbox(boss: PgBoss): Inbox;
  makeApp(boss: PgBoss): Express;
}

if (CAN_RUN) {
  describeWithPostgres('docs/guides/pg-boss-inbox.md', () => {
    let postgres: PostgresServer;
    let boss: PgBoss | undefined;
    let guide: Guide;
    const { env } = process;

    beforeAll(async () => {
      process.env = { ...env, STRIPE_SECRET: SECRET };
      postgres = await startPostgresServer();
      const { PgBoss: Boss } = await importPgBoss();
      boss = new Boss(postgres.connection);
      boss.on('error', () => undefined);
      await boss.start();
      const [adapter = ''] = blocksOf(readPage('docs/guides/pg-boss-inbox.md'), 'ts');
      // A second until the first retry, so that the test does not wait for five.
      guide = (await runSnippet(adapter.replace('retryDelay: 5', 'retryDelay: 1')))
        .exports as unknown as Guide;
    });
    afterAll(async () => {
      process.env = env;
      await boss?.stop({ graceful: false });
      await postgres.close();
    });

    it('answers 200 when it is stored, handles it, and knows its copies', async () => {
      const logged: unknown[][] = [];
      jest.spyOn(console, 'log').mockImplementation((...words) => void logged.push(words));
      const app = guide.makeApp(boss!);
      const text = '{"type":"invoice.paid","id":"evt_1","customer":"c"}';
      const headers = sign(stripe, { secret: SECRET }, { body: Buffer.from(text) });
      for (let times = 0; times < 2; times += 1) {
        const sent = request(app)
          .post('/webhooks/stripe')
          .set('Content-Type', 'application/json')
          .set(headers);
        expect((await sent.send(text)).status).toBe(200);
      }
      await eventually(() => logged.length === 1);
      await pause(600);
      expect(logged).toEqual([[1, JSON.parse(text)]]);
    });

    it('handles again what has failed, in the order of its key, and gives up for a PermanentError', async () => {
      const inbox = guide.pgBossInbox(boss!);
      const seen: unknown[] = [];
      for (const n of [1, 2, 3]) expect(await inbox.put(makeStored(n, { orderKey: 'o' }))).toBe('stored');
      const copies = await Promise.all([4, 4, 4].map((n) => inbox.put(makeStored(n))));
      expect(copies.sort()).toEqual(['duplicate', 'duplicate', 'stored']);
      inbox.work('r', (webhook, { attempt, key }) => {
        const n = numberIn(webhook);
        seen.push(`${String(n)}.${attempt} ${key}`);
        if (n === 1 && attempt === 1) throw new Error('again');
        if (n === 4) throw new PermanentError('never');
      });
      await eventually(() => seen.length === 5);
      const ordered = seen.filter((text) => !String(text).startsWith('4'));
      expect(ordered).toEqual(['1.1 key 1', '1.2 key 1', '2.1 key 2', '3.1 key 3']);
      await inbox.drain();
      await inbox.put(makeStored(5));
      await pause(700);
      expect(seen).toHaveLength(5);
      await inbox.close();
    });
  });
} else {
  it('needs Node 22.12, as pg-boss does', () => {
    console.warn('pg-boss does not run on this Node: ITS EXAMPLE IS TESTED ON NODE 22 AND LATER');
    expect(CAN_RUN).toBe(false);
  });
}
