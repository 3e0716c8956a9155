import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InboxView, StoredDelivery } from 'hooklatch';
import { sqliteInbox, type SqliteInboxOptions } from 'hooklatch/inbox';
import { loadDriver, type Database } from '../../src/inbox/sqlite/driver';

/** The module that opens SQLite files: Node 20 has none of its own. */
export const DRIVER = process.versions.node.startsWith('20.') ? '@photostructure/sqlite' : 'node:sqlite';

export type TestInbox = ReturnType<typeof sqliteInbox>;

const folders: string[] = [];
const inboxes: { close(): Promise<void> }[] = [];
const views: InboxView[] = [];

afterEach(async () => {
  await Promise.all(inboxes.splice(0).map((inbox) => inbox.close()));
  for (const view of views.splice(0)) await view.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A file in a folder of its own, gone when the test has ended. */
export function newFile(name = 'inbox.db'): string {
  const folder = mkdtempSync(join(tmpdir(), 'hooklatch-inbox-'));
  folders.push(folder);
  return join(folder, name);
}

/** An inbox that is closed when the test has ended; without a thread, so that coverage sees it. */
export function openInbox(options: Partial<SqliteInboxOptions> = {}): TestInbox & { readonly file: string } {
  const file = options.file ?? newFile();
  const inbox = sqliteInbox({ driver: DRIVER, thread: false, pollMs: 10, ...options, file });
  inboxes.push(inbox);
  return Object.assign(inbox, { file });
}

/** Runs a query on a file that may be in use. */
export function query<Row>(file: string, sql: string, ...values: readonly (string | number | null)[]): Row[] {
  const db = openFile(file);
  try {
    return db
      .prepare(sql)
      .all(...values)
      .map((row) => ({ ...(row as Row) }));
  } finally {
    db.close();
  }
}

export function openFile(file: string): Database {
  const Open = loadDriver(DRIVER);
  const db = new Open(file);
  db.exec('PRAGMA busy_timeout = 5000');
  return db;
}

/** A delivery that nothing has sent, as it would be stored. */
export function makeStored(n: number | string, more: Partial<StoredDelivery> = {}): StoredDelivery {
  const body = Buffer.from(JSON.stringify({ n }));
  const key = `key ${n}`;
  return {
    route: 'r',
    keys: [{ key, ttlMs: 1000 }],
    orderKey: undefined,
    receivedAt: Date.now(),
    body,
    meta: {
      provider: 'github',
      event: 'push',
      candidates: ['push'],
      id: `id ${n}`,
      webhookKey: key,
      key,
      timestamp: undefined,
      secretId: '0',
      trusted: { event: false, id: false },
      method: 'POST',
      path: '/hooks',
      scope: '',
      orderKey: more.orderKey,
      target: undefined,
      reading: { content: 'json', charset: 'utf-8' },
      part: undefined,
      headers: {},
    },
    ...more,
  };
}

/** The fields of a payload of `makeStored()`. */
export const numberIn = (webhook: { readonly payload: unknown }): unknown =>
  (webhook.payload as { readonly n: unknown }).n;

export const newKey = (): string => randomUUID();
