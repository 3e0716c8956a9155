import type { IncomingMessage } from 'node:http';
import { github, sign, type Webhook } from 'hooklatch';
import { authenticate, parseSignatureHeaders, type Verdict } from '../../src/core/authenticate';
import { getCompiled } from '../../src/core/compiled-provider';
import { prepareSecrets } from '../../src/core/secrets';
import { describeNotText, isTooLate, listKeys, type KeySettings } from '../../src/duplicates/list-keys';
import { beginState, type RequestState } from '../../src/request/state';

const SECRET = 'a secret for tests, long enough';
const DAY = 86_400_000;
const body = Buffer.from('{}');

function arrive(scope = '') {
  const headers = { ...sign(github, { secret: SECRET }, { body }) };
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const req = { headers: lower, method: 'POST', rawHeaders: undefined } as unknown as IncomingMessage;
  const state = beginState(req, { now: 0, provider: 'github', refusal: { status: 401 }, report: false });
  Object.assign(state, {
    scope,
    endpoints: ['name a', 'name b'].map((text) => ({ text, secret: undefined })),
  });
  const compiled = getCompiled(github);
  const parsed = parseSignatureHeaders(compiled, state.source);
  const secrets = prepareSecrets(github, SECRET, () => undefined);
  const request = { method: 'POST', url: '/', body };
  if (typeof parsed === 'string') throw new Error(parsed);
  const verdict = authenticate(parsed, secrets, request, { now: 0, toleranceMs: 0 }) as Verdict;
  return {
    state,
    verdict,
    webhook: { key: 'first', rawBody: body, trusted: { id: false } } as unknown as Webhook,
  };
}

function list(more: Partial<KeySettings> = {}, scope = '') {
  const { webhook, verdict, state } = arrive(scope);
  const settings = {
    makeOwnKey: undefined,
    ttlMs: undefined,
    toleranceSeconds: undefined,
    delayMs: 0,
    ...more,
  };
  return listKeys(settings, webhook, verdict, state);
}

describe('listKeys()', () => {
  it('has a key for each name of the endpoint, and one of the user for each', () => {
    expect(list()).toHaveLength(2);
    const keys = list({ makeOwnKey: () => 'order 7', ttlMs: 5000 });
    expect(keys.map(({ ttlMs }) => ttlMs)).toEqual([5000, 5000, 5000, 5000]);
    expect(new Set(keys.map(({ key }) => key)).size).toBe(4);
    expect(list({ makeOwnKey: () => 'order 7' }).at(-1)).toMatchObject({ ttlMs: DAY, freshMs: 0 });
  });

  it.each([undefined, ''])('has no key of the user for %p', (own) => {
    expect(list({ makeOwnKey: () => own })).toHaveLength(2);
  });

  it('refuses a key that is no text: every delivery would be a copy of the first', () => {
    const makeOwnKey = (): never => Promise.resolve('order 7') as never;
    expect(() => list({ makeOwnKey })).toThrow('"key" must give a string or undefined');
  });

  it('has the tenant in front of each key', () => {
    const tenants = list({}, 'acme').map(({ key }) => key.slice(0, key.indexOf(':')));
    expect(new Set(tenants).size).toBe(1);
    expect(tenants[0]).toMatch(/^[\w-]{12}$/);
    expect(list({}, 'other')[0]?.key.startsWith(tenants[0] ?? '')).toBe(false);
  });
});

describe('isTooLate()', () => {
  const stateAt = (startedAt: number): RequestState => ({ startedAt }) as RequestState;

  it('goes by what is left of a signed time', () => {
    const key = { key: 'k', ttlMs: 60_000, freshMs: 1 };
    expect(isTooLate(key, stateAt(performance.now()))).toBe(false);
    expect(isTooLate(key, stateAt(performance.now() - 41_000))).toBe(true);
    expect(isTooLate({ ...key, freshMs: 0 }, stateAt(performance.now() - 41_000))).toBe(false);
  });
});

describe('describeNotText()', () => {
  it('names the option and the kind of value', () => {
    expect(describeNotText('key', 7)).toBe(
      'option "duplicates": "key" must give a string or undefined, got 7',
    );
  });
});
