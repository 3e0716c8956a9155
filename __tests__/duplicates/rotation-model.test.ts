import fc from 'fast-check';
import {
  defineProvider,
  fastcomments,
  memoryStore,
  redisStore,
  sign,
  stripe,
  type DuplicateStore,
  type SecretOption,
} from 'hooklatch';
import { NOW, send, startRouter } from '../helpers/http';
import { describeWithRedis, startRedis, type RedisServer } from '../helpers/redis';
import { connectIoredis, type RedisClient } from '../helpers/redis-clients';

const RUNS = Number(process.env.FC_RUNS ?? 100);

const SECRETS = {
  a: 'secret a, long enough',
  b: 'secret b, long enough',
  c: 'secret c, long enough',
} as const;
type Letter = keyof typeof SECRETS;

// Its header has room for several signatures, and an id in the body is not what copies are known by.
const several = defineProvider({ ...stripe, name: 'several', duplicates: { key: 'signed' } });
const SCHEMES = { main: several, also: fastcomments } as const;
type SchemeName = keyof typeof SCHEMES;

/** The lists of secrets of the processes that share a store: before, within and after rotations. */
const LISTS: readonly (readonly Letter[])[] = [['a'], ['a', 'b'], ['b', 'a'], ['b'], ['b', 'c'], ['c']];

/** A delivery as its sender made it. */
interface Sent {
  readonly scheme: SchemeName;
  readonly content: number;
  readonly signedBy: readonly Letter[];
}

/** A delivery, or a copy of it with signatures taken off, as it comes to a process. */
interface Arrival {
  readonly sent: number;
  readonly process: number;
  readonly stripped: number;
  readonly fails: boolean;
}

interface Process {
  readonly letters: readonly Letter[];
  readonly port: number;
  fails: boolean;
  handled: number;
}

const option = (letters: readonly Letter[]): SecretOption =>
  letters.map((letter) => ({ id: letter, value: SECRETS[letter] }));

async function startProcess(store: DuplicateStore, letters: readonly Letter[]): Promise<Process> {
  const secret = option(letters);
  const handle = (): void => {
    if (process.fails) throw new Error('the handler of the test fails');
    process.handled += 1;
  };
  const { port } = await startRouter({
    provider: several,
    secret,
    also: [{ provider: fastcomments, secret }],
    events: { '*': handle },
    resolveEvent: () => 'any',
    duplicates: { store },
  });
  const process: Process = { letters, port, fails: false, handled: 0 };
  return process;
}

/** The headers of a delivery, with the signatures of these secrets. */
function signBy(scheme: SchemeName, body: string, letters: readonly Letter[]): Record<string, string> {
  const each = letters.map((letter) =>
    sign(SCHEMES[scheme], { secret: SECRETS[letter], now: NOW }, { method: 'POST', body: Buffer.from(body) }),
  );
  const joined: Record<string, string> = Object.assign({}, each[0]);
  const name = Object.keys(joined).find((known) => known.toLowerCase() === 'stripe-signature');
  if (name === undefined) return joined;
  const signatures = each.map((headers) => String(headers[name]).split(',')[1]);
  return { ...joined, [name]: [String(joined[name]).split(',')[0], ...signatures].join(',') };
}

const letters = fc.subarray<Letter>(['a', 'b', 'c'], { minLength: 1 });
const sentBySender: fc.Arbitrary<Sent> = fc
  .record({
    scheme: fc.constantFrom<SchemeName>('main', 'main', 'also'),
    content: fc.nat(1),
    signedBy: letters,
  })
  // The other scheme has one signature.
  .map((sent) => (sent.scheme === 'main' ? sent : { ...sent, signedBy: sent.signedBy.slice(0, 1) }));
const history = fc.record({
  deliveries: fc.array(sentBySender, { minLength: 1, maxLength: 4 }),
  arrivals: fc.array(
    fc.record({
      sent: fc.nat(3),
      process: fc.nat(LISTS.length - 1),
      // Bits: which of the signatures are left.
      stripped: fc.constantFrom(7, 7, 1, 2, 4, 6),
      fails: fc.constantFrom(false, false, false, true),
    }),
    { minLength: 2, maxLength: 14 },
  ),
});

let runs = 0;

/**
 * A process handles a delivery if one of the signatures that are left is by a secret of its list, and no process has
 * handled the same content whose list shares a secret with it.
 */
async function followHistory(
  processes: readonly Process[],
  { deliveries, arrivals }: { readonly deliveries: readonly Sent[]; readonly arrivals: readonly Arrival[] },
): Promise<void> {
  runs += 1;
  const known = new Set<string>();
  for (const arrival of arrivals) {
    const { scheme, content, signedBy } = deliveries[arrival.sent % deliveries.length]!;
    const receiver = processes[arrival.process]!;
    const left = signedBy.filter((_letter, index) => (arrival.stripped & (1 << index)) !== 0);
    if (left.length === 0) continue;
    const body = JSON.stringify({ id: 'evt_1', run: runs, content });
    receiver.fails = arrival.fails;
    const before = receiver.handled;
    const { status } = await send(receiver.port, {
      path: '/hooks',
      headers: signBy(scheme, body, left),
      body,
    });
    const isAuthentic = left.some((letter) => receiver.letters.includes(letter));
    const names = receiver.letters.map((letter) => `${scheme} ${letter} ${content}`);
    const isCopy = names.some((name) => known.has(name));
    const isHandled = isAuthentic && !isCopy && !arrival.fails;
    const failed = isCopy ? 200 : 500;
    expect([status, receiver.handled - before]).toEqual([
      isAuthentic ? (arrival.fails ? failed : 200) : 401,
      Number(isHandled),
    ]);
    if (isHandled) for (const name of names) known.add(name);
  }
}

function itHandlesEachOnce(makeStore: () => DuplicateStore, numRuns: number): void {
  it('is never handled twice and never lost, whatever is rotated, copied, stripped or failed, in any order', async () => {
    const store = makeStore();
    const processes = await Promise.all(LISTS.map((list) => startProcess(store, list)));
    const quiet = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      await fc.assert(
        fc.asyncProperty(history, (one) => followHistory(processes, one)),
        { numRuns },
      );
    } finally {
      quiet.mockRestore();
    }
  }, 120_000);

  it('is handled once by processes whose lists share a secret, however many copies come at the same time', async () => {
    const store = makeStore();
    const lists: readonly (readonly Letter[])[] = [['a'], ['a', 'b'], ['b', 'a'], ['a', 'b']];
    const processes = await Promise.all(lists.map((list) => startProcess(store, list)));
    for (let round = 0; round < 20; round += 1) {
      const body = JSON.stringify({ id: 'evt_1', round });
      const before = processes.reduce((sum, { handled }) => sum + handled, 0);
      const copies = [['a'], ['a', 'b'], ['b', 'a'], ['a']] as const;
      const statuses = await Promise.all(
        processes.map(async ({ port }, index) => {
          const headers = signBy('main', body, copies[index]!);
          return (await send(port, { path: '/hooks', headers, body })).status;
        }),
      );
      expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
      expect(processes.reduce((sum, { handled }) => sum + handled, 0) - before).toBe(1);
    }
  }, 60_000);
}

describe('a delivery to processes with one store in memory', () => {
  itHandlesEachOnce(memoryStore, RUNS);
});

describeWithRedis('a delivery to processes with one Redis', () => {
  let server: RedisServer;
  let client: RedisClient;

  beforeAll(async () => {
    server = await startRedis();
    client = await connectIoredis(server.socket);
  });

  afterAll(async () => {
    await client.close();
    await server.close();
  });

  itHandlesEachOnce(
    () => redisStore({ sendCommand: (...args) => client.sendCommand(...args), prefix: `rotation ${runs}:` }),
    Math.ceil(RUNS / 4),
  );
});
