import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { github } from 'hooklatch';
import { send, signed } from './http';
import { startTs } from './run-ts';

/** A receiver that runs in a process of its own, with the store of a Redis. */
export interface ReceiverProcess {
  /** The ids that it has handled. */
  readonly handled: readonly string[];
  /** Sends it a delivery with this id, and gives the status. */
  readonly deliver: (id: string) => Promise<number>;
  /** Asks it to end, and waits until it has. */
  readonly terminate: () => Promise<void>;
  /** Ends it at once, whatever it is doing. */
  readonly kill: () => Promise<void>;
}

export async function startReceiver(
  socket: string,
  { leaseMs = 30_000, handlerMs = 0 } = {},
): Promise<ReceiverProcess> {
  const secret = 'a secret for tests, long enough';
  const child = startTs('__tests__/helpers/receiver-process.ts', [], {
    REDIS_SOCKET: socket,
    SECRET: secret,
    LEASE_MS: String(leaseMs),
    HANDLER_MS: String(handlerMs),
  });
  const handled: string[] = [];
  let port = 0;
  child.stderr.pipe(process.stderr);
  await new Promise<void>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const [what, value = ''] = line.split(' ');
      if (what !== 'listening') {
        handled.push(value);
        return;
      }
      port = Number(value);
      resolve();
    });
    child.on('exit', () => reject(new Error('the receiver has ended')));
  });
  return {
    handled,
    async deliver(id) {
      const body = JSON.stringify({ id });
      return (await send(port, { headers: signed(github, body, { secret, event: 'push', id }), body }))
        .status;
    },
    async terminate() {
      const closed = once(child, 'close');
      child.kill('SIGTERM');
      await closed;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
}
