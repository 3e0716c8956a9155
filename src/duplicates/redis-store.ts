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

// A record is 'c' and its owner while it is claimed, 'd' and its owner when it is done. Each script sees one key, whole.
// A reply can be lost after its script has run, and clients then send the command again: its owner gets the same reply.
const CLAIM = `local v = redis.call('GET', KEYS[1])
if v and string.sub(v, 1, 1) == 'd' then return 'done' end
if v and v ~= 'c' .. ARGV[1] then return 'in-progress' end
redis.call('SET', KEYS[1], 'c' .. ARGV[1], 'PX', ARGV[2])
return 'claimed'`;

const COMPLETE = `local v = redis.call('GET', KEYS[1])
if v == 'd' .. ARGV[1] then return 1 end
if v and v ~= 'c' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'd' .. ARGV[1], 'PX', ARGV[2])
return 1`;

const RELEASE = `if redis.call('GET', KEYS[1]) ~= 'c' .. ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1`;

// Also where the lease has ended, or a restart has forgotten it: the handler is still running.
const RENEW = `local v = redis.call('GET', KEYS[1])
if v and v ~= 'c' .. ARGV[1] then return 0 end
redis.call('SET', KEYS[1], 'c' .. ARGV[1], 'PX', ARGV[2])
return 1`;

const STATES: readonly string[] = ['claimed', 'in-progress', 'done'] satisfies ClaimState[];
const FLAGS: readonly string[] = ['0', '1'];

/**
 * Remembers deliveries in Redis, for several processes. Works with any client, and with Redis 6 and newer; set
 * `maxmemory-policy noeviction`. Throws a `TypeError` for wrong options.
 */
export function redisStore(options: RedisStoreOptions): DuplicateStore {
  const { sendCommand, prefix = 'hooklatch:' } = checkOptions('redisStore()', options, CHECKS);

  async function run(
    replies: readonly string[],
    script: string,
    key: string,
    ...args: string[]
  ): Promise<string> {
    // Some clients answer with bytes.
    const reply = String(await sendCommand('EVAL', script, '1', prefix + key, ...args));
    if (!replies.includes(reply)) throw new Error('Redis answered something that is no answer');
    return reply;
  }
  const flag = async (script: string, key: string, ...args: string[]): Promise<boolean> =>
    (await run(FLAGS, script, key, ...args)) === '1';

  return {
    claim: async (key, owner, leaseMs) =>
      (await run(STATES, CLAIM, key, owner, milliseconds(leaseMs))) as ClaimState, // checked by `run`
    complete: (key, owner, ttlMs) => flag(COMPLETE, key, owner, milliseconds(ttlMs)),
    release: (key, owner) => flag(RELEASE, key, owner),
    renew: (key, owner, leaseMs) => flag(RENEW, key, owner, milliseconds(leaseMs)),
  };
}

function milliseconds(value: number): string {
  return String(Math.max(1, Math.ceil(value)));
}
