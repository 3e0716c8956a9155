import { createPostgresBackend } from 'bullmq';
import { sqliteInbox } from 'hooklatch/inbox';
import { bullmqInbox } from 'hooklatch/inbox/bullmq';
import { Redis } from 'ioredis';
import { readFileSync } from 'node:fs';
import { Pool } from 'pg';
import { DRIVER, newFile } from '../helpers/inbox';
import { itKeepsTheInboxContract, type InboxPlace } from '../helpers/inbox-contract';
import { itKeepsTheViewContract } from '../helpers/inbox-view-contract';
import { describeWithPostgres, startPostgresServer, type PostgresServer } from '../helpers/postgres-server';
import { describeWithRedis, startRedis, type RedisServer } from '../helpers/redis';

let places = 0;
const nextName = (): string => `place${(places += 1)}`;

describe.each([{ thread: false }, { thread: true }])('sqliteInbox(), %j', ({ thread }) => {
  const makePlace = (): InboxPlace => {
    const file = newFile();
    return {
      open: (options) =>
        Promise.resolve(sqliteInbox({ file, driver: DRIVER, thread, pollMs: 10, leaseMs: 1000, ...options })),
      dump: () => Promise.resolve(['', '-wal'].map((part) => readFileSync(file + part, 'latin1')).join('\n')),
    };
  };
  itKeepsTheInboxContract({ makePlace, isOrdered: true });
  itKeepsTheViewContract(makePlace);
});

describeWithRedis('bullmqInbox() on Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => (redis = await startRedis({ appendonly: 'yes' })));
  afterAll(() => redis.close());

  const makePlace = (): InboxPlace => {
    const name = nextName();
    return {
      open: (options) =>
        Promise.resolve(bullmqInbox({ connection: { path: redis.socket }, name, leaseMs: 1000, ...options })),
      dump: () => dumpRedis(redis.socket, name),
    };
  };
  itKeepsTheInboxContract({ makePlace, isOrdered: false });
  itKeepsTheViewContract(makePlace);
});

describeWithPostgres('bullmqInbox() on PostgreSQL', () => {
  let postgres: PostgresServer;
  let pool: Pool;
  beforeAll(async () => {
    postgres = await startPostgresServer();
    pool = new Pool(postgres.connection).on('error', () => undefined);
  });
  afterAll(async () => {
    await pool.end();
    await postgres.close();
  });

  const makePlace = (): InboxPlace => {
    const name = nextName();
    return {
      open: (options) =>
        Promise.resolve(
          bullmqInbox({
            connection: postgres.connection,
            backend: createPostgresBackend,
            name,
            leaseMs: 1000,
            ...options,
          }),
        ),
      async dump() {
        const sql = 'SELECT row_to_json(j)::text AS t FROM bullmq.job AS j WHERE starts_with(queue, $1)';
        const { rows } = await pool.query(sql, [`${name}.`]);
        return (rows as { readonly t: string }[]).map(({ t }) => t).join('\n');
      },
    };
  };
  itKeepsTheInboxContract({ makePlace, isOrdered: false });
  itKeepsTheViewContract(makePlace);
});

/** All that Redis keeps of the queues of one name. */
async function dumpRedis(socket: string, name: string): Promise<string> {
  const redis = new Redis(socket);
  const texts: string[] = [];
  for (const key of await redis.keys(`bull:${name}.*`)) {
    const type = await redis.type(key);
    const read = { hash: () => redis.hgetall(key), stream: () => redis.xrange(key, '-', '+') }[type];
    texts.push(key, JSON.stringify(await read?.()));
  }
  redis.disconnect();
  return texts.join('\n');
}
