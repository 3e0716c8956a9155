import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MemoryStore } from 'express-rate-limit';
import { fastcomments, limitRate, webhookGuard } from 'hooklatch';
import { SECRET } from '../helpers/http';
import { typeErrorOf } from '../helpers/type-error';

const PASSWORD = 'the password of a client';
const guard = (rateLimit: unknown) => (): unknown =>
  webhookGuard({ provider: fastcomments, secret: SECRET, rateLimit: rateLimit as never });
const step = (rateLimit: unknown) => (): unknown => limitRate(rateLimit as never);

describe('the options of limitRate()', () => {
  it.each([
    {},
    { windowMs: 1, limit: 0 },
    { limit: Infinity },
    { limit: async () => 7, keyGenerator: async () => 'x', skip: () => true },
    { passOnStoreError: true, skipSuccessfulRequests: false, dryRun: true },
    { validate: false, requestPropertyName: 'hits', logger: console },
    Object.fromEntries(
      ['windowMs', 'limit', 'store', 'skip', 'keyGenerator', 'validate', 'logger', 'dryRun'].map((name) => [
        name,
        undefined,
      ]),
    ),
  ])('may be %p', (options) => {
    expect(step(Object.freeze(options))()).toEqual(expect.any(Function));
    expect(guard(options)()).toEqual(expect.any(Function));
  });

  it.each([
    'handler',
    'message',
    'statusCode',
    'standardHeaders',
    'legacyHeaders',
    'headers',
    'identifier',
    'retryAfter',
    'max',
    'ipv6Subnet',
    'skipFailedRequests',
    'requestWasSuccessful',
  ])('are not %s, which would make refusals differ or change what counts', (name) => {
    for (const make of [step, guard]) {
      const message = typeErrorOf(make({ [name]: true }));
      expect(message).toContain(`option "rateLimit": "${name}" cannot be set here`);
      expect(message).toContain('the limit is "limit"');
    }
  });

  it.each([
    ['limit', NaN, 'NaN', 'a number from 0, or a function'],
    ['limit', -1, '-1', 'a number from 0'],
    ['limit', '5', "'5'", 'a number from 0'],
    ['limit', null, 'null', 'a number from 0'],
    ['windowMs', 0, '0', 'milliseconds (an integer from 1'],
    ['windowMs', '1m', "'1m'", 'milliseconds'],
    ['windowMs', 1.5, '1.5', 'milliseconds'],
    ['windowMs', 2 ** 31, '2147483648', 'to 2147483647'],
    ['keyGenerator', 'ip', "'ip'", 'a function'],
    ['skip', true, 'true', 'a function'],
    ['skipSuccessfulRequests', 0, '0', 'true or false'],
    ['passOnStoreError', 'no', "'no'", 'true or false'],
    ['dryRun', 'yes', "'yes'", 'true or false'],
    ['dryRun', null, 'null', 'true or false'],
    ['validate', 'all', "'all'", 'true, false or an object'],
    ['requestPropertyName', '', "''", 'not blank'],
    ['logger', console.log, 'log', 'an object'],
    ['store', null, 'null', 'has a "get"'],
    ['store', { increment: () => 1, password: PASSWORD }, 'a value of type object', 'has a "get"'],
    ['windowMS', 60_000, '"windowMS"', 'the options are windowMs, limit'],
  ])('name the wrong one: %s as %p', (name, value, shown, fix) => {
    for (const make of [step, guard]) {
      const message = typeErrorOf(make({ [name]: value }));
      expect(message).toMatch(new RegExp(`^option "rateLimit": (option|unknown option) "${name}"`));
      expect(message).toContain(shown);
      expect(message).toContain(fix);
      expect(message).not.toContain(PASSWORD);
    }
  });

  it('may have a store', () => {
    expect(step({ store: new MemoryStore() })()).toEqual(expect.any(Function));
  });

  it('leave to express-rate-limit what is no store of its kind', () => {
    expect(typeErrorOf(step({ store: { get: () => undefined } }))).toContain('invalid store');
  });

  it.each([[null], [5], ['5'], [[]], [true]])('are an object, not %p', (options) => {
    expect(typeErrorOf(step(options))).toMatch(/^option "rateLimit": expects an options object, got /);
    expect(typeErrorOf(guard(options))).toContain('option "rateLimit" must be options of express-rate-limit');
  });
});

// What is in the cache of modules after a guard was made.
const PROGRAM = `
  const { fastcomments, webhookGuard } = require('hooklatch');
  const options = { provider: fastcomments, secret: 'a secret that is long enough' };
  const loaded = () => Object.keys(require.cache).some((path) => path.includes('express-rate-limit'));
  webhookGuard(options);
  const before = loaded();
  webhookGuard({ ...options, rateLimit: {} });
  console.log(JSON.stringify([before, loaded()]));
`;

describe('express-rate-limit', () => {
  it('is loaded by the option "rateLimit" and by nothing else', () => {
    const register = join(__dirname, '../helpers/register-ts.js');
    const { stdout, stderr } = spawnSync(process.execPath, ['-r', register, '-e', PROGRAM], {
      encoding: 'utf8',
    });
    expect([stderr, JSON.parse(stdout)]).toEqual(['', [false, true]]);
  });
});
