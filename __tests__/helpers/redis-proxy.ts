import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What stands between a client and its Redis. */
export interface RedisProxy {
  readonly socket: string;
  /** How long each reply takes. */
  delayMs: number;
  /** What the network does: it loses all that is sent, or cuts or resets connections in the middle of a reply. */
  network: 'sound' | 'black hole' | 'cuts' | 'resets';
  /** What is answered instead of every reply; `undefined` for Redis's own. */
  instead: string | undefined;
  /** Ends every connection: what has lost bytes does not go on. */
  cut(): void;
  close(): Promise<void>;
}

/** A proxy in front of a Redis on a Unix socket, for replies that are late or wrong. */
export async function startRedisProxy(target: string): Promise<RedisProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  };
  const server = createServer((client) => {
    const redis = connect(target);
    keep(client);
    keep(redis);
    client.on('data', (data) => {
      if (proxy.network !== 'black hole') redis.write(data);
    });
    redis.on('data', (data) => {
      const reply = proxy.instead ?? data;
      // Half a reply, and then nothing more.
      const half = reply.slice(0, reply.length / 2);
      setTimeout(() => {
        if (proxy.network === 'cuts') client.end(half);
        else if (proxy.network === 'resets') client.destroy();
        else client.write(reply);
      }, proxy.delayMs);
    });
    client.on('close', () => redis.destroy());
    redis.on('close', () => client.destroy());
  });
  const proxy: RedisProxy = {
    socket: `${target}.proxy`,
    delayMs: 0,
    network: 'sound',
    instead: undefined,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      proxy.cut();
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(proxy.socket);
  await once(server, 'listening');
  return proxy;
}
