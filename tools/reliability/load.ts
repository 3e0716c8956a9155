import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { headersOf, post } from './load-requests';

/*
 * Mixed genuine and hostile traffic against one receiver in a process of its own, on the loopback address. It ends by
 * itself, and exits with 1 where a bound is broken: no delivery lost or handled twice, the heap flat within 5 %, and the
 * 99th percentile of genuine traffic under attack within three times of that without (from two minutes on).
 *
 *   node -r ./__tests__/helpers/register-ts.js tools/reliability/load.ts --seconds 600 [--json]
 */

const { values } = parseArgs({ options: { seconds: { type: 'string' }, json: { type: 'boolean' } } });
const SECONDS = Number(values.seconds ?? 600);
const SECRET = randomBytes(24).toString('hex');

/** Genuine deliveries a second; as many as a busy sender's, so that latency is not that of a full queue. */
const GENUINE_PER_SECOND = 100;
const HEAP_GROWTH = 0.05;
const P99_FACTOR = 3;
// Below this a difference is the machine's, not the library's.
const P99_FLOOR_MS = 10;
// In less time a percentile is chance; it is shown, and not judged.
const P99_JUDGED_FROM_SECONDS = 120;

let port = 0;
let nextNumber = 0;
const sent = new Set<number>();
const unexpected = new Map<string, number>();

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const fillings = [10, 1000, 20_000].map((size) => randomBytes(size / 2).toString('hex'));

/** One delivery until it is taken, as a sender does it; some are sent twice at once, and some once more. */
async function deliver(times: number[]): Promise<void> {
  const number = nextNumber++;
  const body = Buffer.from(JSON.stringify({ n: number, text: fillings[number % fillings.length] }));
  const headers = headersOf(body, SECRET, `delivery-${number}`);
  sent.add(number);
  const copies = number % 7 === 0 ? 2 : 1;
  const startedAt = performance.now();
  const insist = async (isMeasured: boolean): Promise<void> => {
    for (;;) {
      const status = await post(port, headers, body);
      if (isMeasured && number % 10 !== 0) times.push(performance.now() - startedAt);
      if (status === 200) return;
      if (![0, 409, 500, 503].includes(status)) note(`genuine answered ${status}`);
      isMeasured = false;
      await pause(50);
    }
  };
  await Promise.all(Array.from({ length: copies }, (_, index) => insist(index === 0)));
  if (number % 11 === 0) await insist(false);
}

function note(what: string): void {
  unexpected.set(what, (unexpected.get(what) ?? 0) + 1);
}

/** Sends at a steady pace until `end`, and waits for what is on its way. */
async function sendGenuine(end: number): Promise<readonly number[]> {
  const times: number[] = [];
  const flying = new Set<Promise<void>>();
  const startedAt = performance.now();
  for (let count = 0; performance.now() < end; count += 1) {
    const flight: Promise<void> = deliver(times).finally(() => flying.delete(flight));
    flying.add(flight);
    await pause(Math.max(0, startedAt + (count * 1000) / GENUINE_PER_SECOND - performance.now()));
  }
  await Promise.all(flying);
  return times;
}

interface Attack {
  readonly hostile: number;
  readonly unexpected: Readonly<Record<string, number>>;
}

interface Message {
  readonly port?: number;
  readonly handled?: readonly number[];
  readonly heap?: number;
}

/** Asks the receiver to collect what it can, and gives what is left in use. */
function askHeap(receiver: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    const listen = ({ heap }: Message): void => {
      if (heap === undefined) return;
      receiver.off('message', listen);
      resolve(heap);
    };
    receiver.on('message', listen);
    receiver.send('heap');
  });
}

const percentile = (times: readonly number[], share: number): number =>
  [...times].sort((one, other) => one - other)[Math.ceil(times.length * share) - 1] ?? NaN;

function start(file: string, env: Readonly<Record<string, string>>): ChildProcess {
  return fork(join(__dirname, file), {
    execArgv: ['--expose-gc', '-r', join(__dirname, '../../__tests__/helpers/register-ts.js')],
    env: { ...process.env, ...env },
  });
}

async function main(): Promise<void> {
  const receiver = start('load-receiver.ts', { NODE_ENV: 'production', SECRET });
  const [hello] = (await once(receiver, 'message')) as [Message];
  port = hello.port ?? 0;
  const handled = new Map<number, number>();
  receiver.on('message', ({ handled: numbers = [] }: Message) => {
    for (const number of numbers) handled.set(number, (handled.get(number) ?? 0) + 1);
  });
  const attackers = start('load-attack.ts', { SECRET });
  await once(attackers, 'message');
  const startedAt = performance.now();
  const share = (part: number): number => startedAt + SECONDS * 1000 * part;

  // A tenth to warm up, a fifth without an attack, the rest under it.
  await sendGenuine(share(0.1));
  const quiet = await sendGenuine(share(0.3));
  attackers.send({ port, seconds: (share(1) - performance.now()) / 1000 });
  const attack = once(attackers, 'message') as Promise<[Attack]>;
  const loud: number[] = [];
  const heaps: number[] = [];
  const PARTS = 7;
  for (let part = 1; part <= PARTS; part += 1) {
    loud.push(...(await sendGenuine(share(0.3 + (0.7 * part) / PARTS))));
    heaps.push(await askHeap(receiver));
  }
  const [{ hostile, unexpected: surprises }] = await attack;
  for (const [what, times] of Object.entries(surprises)) unexpected.set(what, times);

  await askHeap(receiver);

  const lost = [...sent].filter((number) => !handled.has(number)).length;
  const doubled = [...handled.values()].filter((times) => times > 1).length;
  // The first ones are taken while the engine still optimizes; of the last ones the least says what is really held.
  const [, , first = NaN] = heaps;
  const last = Math.min(...heaps.slice(-3));
  const growth = last / first - 1;
  const result = {
    seconds: SECONDS,
    sent: sent.size,
    handled: handled.size,
    lost,
    doubled,
    hostile,
    'p99 quiet, ms': Number(percentile(quiet, 0.99).toFixed(1)),
    'p99 under attack, ms': Number(percentile(loud, 0.99).toFixed(1)),
    'heap at first, MB': Number((first / 2 ** 20).toFixed(1)),
    'heap at last, MB': Number((last / 2 ** 20).toFixed(1)),
    'heap growth, %': Number((growth * 100).toFixed(1)),
    unexpected: [...unexpected].map(([what, times]) => `${what} (${times})`).join('; '),
  };
  const allowed = Math.max(P99_FLOOR_MS, P99_FACTOR * percentile(quiet, 0.99));
  const broken = [
    ...(lost === 0 ? [] : ['deliveries were lost']),
    ...(doubled === 0 ? [] : ['deliveries were handled twice']),
    ...(growth <= HEAP_GROWTH ? [] : ['the heap has grown']),
    ...(SECONDS < P99_JUDGED_FROM_SECONDS || percentile(loud, 0.99) <= allowed
      ? []
      : ['genuine traffic starves under attack']),
    ...(unexpected.size === 0 ? [] : ['an answer was not the expected one']),
    ...(receiver.exitCode === null ? [] : ['the receiver has ended']),
  ];
  receiver.disconnect();
  if (values.json === true) console.log(JSON.stringify({ ...result, broken }));
  else {
    console.table(result);
    console.log(broken.length === 0 ? 'every bound is kept' : `BROKEN: ${broken.join('; ')}`);
  }
  process.exit(broken.length === 0 ? 0 : 1);
}

void main();
