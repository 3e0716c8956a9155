import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What stands between a client and its Redis. */
export interface RedisProxy {
  readonly socket: string;
  /** How long each reply takes. */
  delayMs: number;
  /** What is answered instead of every reply; `undefined` for Redis's own. */
  instead: string | undefined;
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
    client.on('data', (data) => redis.write(data));
    redis.on('data', (data) => {
      const reply = proxy.instead ?? data;
      setTimeout(() => client.write(reply), proxy.delayMs);
    });
    client.on('close', () => redis.destroy());
    redis.on('close', () => client.destroy());
  });
  const proxy: RedisProxy = {
    socket: `${target}.proxy`,
    delayMs: 0,
    instead: undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  server.listen(proxy.socket);
  await once(server, 'listening');
  return proxy;
}
