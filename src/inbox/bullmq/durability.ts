import { describeThrown } from '../../options';
import { warnOnce } from '../../request/warnings';
import type { DeliveryQueue } from './queues';

/** The settings by which Redis keeps what it has acknowledged, or not. */
export interface RedisSettings {
  readonly appendonly?: string | undefined;
  readonly appendfsync?: string | undefined;
  readonly 'maxmemory-policy'?: string | undefined;
}

const NAMES = ['appendonly', 'appendfsync', 'maxmemory-policy'] as const;

/** A client of Redis, of which two kinds send a command of any name. */
interface AnyClient {
  readonly call?: (command: string, ...args: readonly string[]) => Promise<unknown>;
  readonly sendCommand?: (args: readonly string[]) => Promise<unknown>;
}

/** Looks whether the server keeps what it acknowledges, and warns once by the name of the setting. Never rejects. */
export async function checkDurability(queue: DeliveryQueue, isRedis: boolean): Promise<void> {
  if (!isRedis) return;
  try {
    const client = (await queue.backend.connection.client) as unknown as AnyClient;
    for (const message of findWeaknesses(await readSettings(client))) warnOnce(message, message);
  } catch (error) {
    if (queue.closing !== undefined) return;
    const reason = describeThrown(error);
    warnOnce(
      'redis-settings',
      `bullmqInbox(): could not look whether Redis keeps what it acknowledges (CONFIG GET: ${reason}). See to it that ` +
        '"appendonly" is yes, "appendfsync" always or everysec, and "maxmemory-policy" noeviction',
    );
  }
}

/** A warning for each setting by which acknowledged deliveries can be lost. */
export function findWeaknesses(settings: RedisSettings): readonly string[] {
  const { appendonly, appendfsync, 'maxmemory-policy': policy } = settings;
  const warnings: string[] = [];
  if (appendonly === 'no') {
    warnings.push(
      'bullmqInbox(): Redis has "appendonly no": it loses all deliveries since its last snapshot when it ends. Set ' +
        '"appendonly yes"',
    );
  } else if (appendfsync === 'no') {
    warnings.push(
      'bullmqInbox(): Redis has "appendfsync no": a power cut loses acknowledged deliveries. Set "appendfsync always", or ' +
        'everysec where about a second of them may be lost',
    );
  }
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `bullmqInbox(): Redis has "maxmemory-policy ${policy}": it drops deliveries when its memory is full. Set ` +
        '"maxmemory-policy noeviction"',
    );
  }
  return warnings;
}

async function readSettings(client: AnyClient): Promise<RedisSettings> {
  const settings: Record<string, string> = {};
  for (const name of NAMES) {
    const reply = await (client.call?.('CONFIG', 'GET', name) ??
      client.sendCommand?.(['CONFIG', 'GET', name]));
    // A list of name and value, or with RESP3 a map of them.
    const parts: readonly unknown[] = Array.isArray(reply)
      ? reply
      : Object.entries(Object(reply) as object).flat();
    const [, value] = parts;
    if (typeof value === 'string') settings[name] = value;
  }
  return settings;
}
