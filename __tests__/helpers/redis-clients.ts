import { Redis } from 'ioredis';
import { createClient } from 'redis';
import type { RedisStoreOptions } from 'hooklatch';

/** A client, as its documentation says that it should be set up for this. */
export interface RedisClient {
  readonly sendCommand: RedisStoreOptions['sendCommand'];
  close(): Promise<void>;
}

/** The clients of the documentation, by name: each fails at once where Redis is away, instead of waiting for it. */
export const CLIENTS: readonly (readonly [string, (socket: string) => Promise<RedisClient>])[] = [
  ['ioredis', (socket) => connectIoredis(socket)],
  ['node-redis', connectNodeRedis],
];

export async function connectIoredis(socket: string, commandTimeout = 500): Promise<RedisClient> {
  const client = new Redis(socket, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout,
    retryStrategy: () => 20,
    lazyConnect: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return {
    sendCommand: (command, ...args) => client.call(command, ...args),
    close: async () => client.disconnect(),
  };
}

export async function connectNodeRedis(socket: string): Promise<RedisClient> {
  const client = createClient({
    socket: { path: socket, reconnectStrategy: () => 20 },
    disableOfflineQueue: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return { sendCommand: (...args) => client.sendCommand(args), close: async () => client.destroy() };
}
