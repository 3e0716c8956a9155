import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import { headersOf, post } from './load-requests';

/*
 * The strangers of the load, in a process of their own, so that they do not slow down those who measure. What they sign,
 * they sign with the right secret: these are the ones that must be refused after their bytes were read.
 */

// On a machine of two cores the attackers must not take the time of those who measure.
setPriority(10);

const HOSTILE_SENDERS = 4;
const SLOW_CLIENTS = 400;

const { SECRET = '' } = process.env;
let port = 0;
let end = 0;
let hostile = 0;
const unexpected: Record<string, number> = {};

type Attack = () => readonly [headers: Record<string, string | number>, body: Buffer, status: number];

/** What strangers send: forged, malformed, repeated, too large. Each must be refused. */
const ATTACKS: readonly [Attack, ...Attack[]] = [
  () => {
    const body = randomBytes(500);
    return [
      { ...headersOf(body, SECRET, 'x'), 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` },
      body,
      401,
    ];
  },
  () => [{ 'Content-Length': 2 }, Buffer.from('{}'), 401],
  () => {
    const body = randomBytes(100_000);
    return [
      { ...headersOf(body, SECRET, 'x'), 'X-Hub-Signature-256': `sha256=${randomBytes(32).toString('hex')}` },
      body,
      401,
    ];
  },
  () => [{ 'Content-Length': 2, 'X-Hub-Signature-256': 'sha256='.repeat(500) }, Buffer.from('{}'), 401],
  () => {
    const body = Buffer.from('{"n":1');
    return [headersOf(body, SECRET, 'x'), body, 400];
  },
  () => {
    const body = Buffer.from('{}');
    return [{ ...headersOf(body, SECRET, 'x'), 'Content-Encoding': 'gzip' }, body, 415];
  },
];

async function attack(): Promise<void> {
  for (let count = 0; performance.now() < end; count += 1) {
    const [headers, body, wanted] = (ATTACKS[count % ATTACKS.length] ?? ATTACKS[0])();
    const status = await post(port, headers, body);
    hostile += 1;
    if (status !== wanted && status !== 0) note(`hostile answered ${status} for ${wanted}`);
  }
}

/** A client that sends a byte now and then, of its head or of its body, and comes again when it is cut. */
function beSlow(index: number): () => void {
  let socket: Socket | undefined;
  const head =
    index % 2 === 0
      ? 'POST /github HTTP/1.1\r\nHost: x\r\nX-Slow: '
      : `POST /github HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256=${'0'.repeat(64)}\r\nContent-Length: 100000\r\n\r\n`;
  const open = (): void => {
    if (performance.now() >= end) return;
    hostile += 1;
    socket = connect(port, '127.0.0.1', () => socket?.write(head));
    socket.on('error', () => undefined);
    socket.on('close', () => setTimeout(open, 100));
    socket.resume();
  };
  const drip = setInterval(() => socket?.write('a'), 300);
  setTimeout(open, index * 5);
  return () => {
    clearInterval(drip);
    socket?.removeAllListeners('close');
    socket?.destroy();
  };
}

function note(what: string): void {
  unexpected[what] = (unexpected[what] ?? 0) + 1;
}

process.once('message', (goal: { readonly port: number; readonly seconds: number }) => {
  port = goal.port;
  end = performance.now() + goal.seconds * 1000;
  const slow = Array.from({ length: SLOW_CLIENTS }, (_, index) => beSlow(index));
  void Promise.all(Array.from({ length: HOSTILE_SENDERS }, attack)).then(() => {
    for (const stop of slow) stop();
    process.send?.({ hostile, unexpected }, () => process.exit());
  });
});
process.send?.('ready');
