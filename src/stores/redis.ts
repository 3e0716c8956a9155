import { A_FUNCTION, checkOptions, required } from '../options';
import type { ClaimState, DuplicateStore } from './store';

export interface RedisStoreOptions {
  /**
   * Sends one command and answers with its reply. With ioredis `(command, ...args) => client.call(command, ...args)`,
   * with node-redis `(...args) => client.sendCommand(args)`. On a cluster the key is the third argument of EVAL.
   */
  readonly sendCommand: (...args: [command: string, ...args: string[]]) => PromiseLike<unknown>;
  /** Text in front of every key. @default 'hooklatch:' */
  readonly prefix?: string | undefined;
}

const CHECKS = {
  sendCommand: required(A_FUNCTION),
  prefix: { accepts: (value: unknown) => typeof value === 'string', expects: 'a string' },
};

// A record is 'c' and its owner while it is claimed, 'd' when it is done. Each script sees one key, whole.
const CLAIM = `local v = redis.call('GET', KEYS[1])
if v == 'd' then return 'done' end
if v then return 'in-progress' end
redis.call('SET', KEYS[1], 'c' .. ARGV[1], 'PX', ARGV[2])
return 'claimed'`;

const COMPLETE = `local v = redis.call('GET', KEYS[1])
if v and v ~= 'c' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'd', 'PX', ARGV[2])
return 1`;

const RELEASE = `if redis.call('GET', KEYS[1]) ~= 'c' .. ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1`;

const RENEW = `if redis.call('GET', KEYS[1]) ~= 'c' .. ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

const STATES: readonly unknown[] = ['claimed', 'in-progress', 'done'];

/**
 * Remembers deliveries in Redis, for several processes. Works with any client, and with Redis 6 and newer; set
 * `maxmemory-policy noeviction`. Throws a `TypeError` for wrong options.
 */
export function redisStore(options: RedisStoreOptions): DuplicateStore {
  checkOptions('redisStore()', options, CHECKS);
  const { sendCommand, prefix = 'hooklatch:' } = options;

  const run = (script: string, key: string, ...args: string[]): PromiseLike<unknown> =>
    sendCommand('EVAL', script, '1', prefix + key, ...args);
  const flag = async (reply: PromiseLike<unknown>): Promise<boolean> => {
    const value = Number(await reply);
    if (value !== 0 && value !== 1) throw new Error('Redis answered something that is no answer');
    return value === 1;
  };

  return {
    async claim(key, owner, leaseMs) {
      // Some clients answer with bytes.
      const reply = await run(CLAIM, key, owner, milliseconds(leaseMs));
      const state = Buffer.isBuffer(reply) ? reply.toString() : reply;
      if (!STATES.includes(state)) throw new Error('Redis answered something that is no answer');
      return state as ClaimState;
    },
    complete: (key, owner, ttlMs) => flag(run(COMPLETE, key, owner, milliseconds(ttlMs))),
    release: (key, owner) => flag(run(RELEASE, key, owner)),
    renew: (key, owner, leaseMs) => flag(run(RENEW, key, owner, milliseconds(leaseMs))),
  };
}

function milliseconds(value: number): string {
  return String(Math.max(1, Math.ceil(value)));
}
