import { inspect } from 'node:util';
import type { ErrorRequestHandler } from 'express';
import { fastcommentsLegacy, github, memoryStore, meta, slack, type SecretLookup } from 'hooklatch';
import { freshCopy, NOW, send, signed, start, warnings } from '../helpers/http';

const SECRET = 'kept-to-itself-and-shown-to-nobody';
const BYTES = Buffer.from(SECRET);
const FORMS = [SECRET, BYTES.toString('hex'), BYTES.toString('base64')];

/** Whether a text or some bytes hold the secret in any form. */
function holdsSecret(value: unknown): boolean {
  if (typeof value === 'string') return FORMS.some((form) => value.includes(form));
  return value instanceof Uint8Array && FORMS.some((form) => Buffer.from(value).includes(form));
}

/** The paths to the secret from some values, by own properties, symbols, prototypes, and what collections hold. */
function findSecrets(roots: Readonly<Record<string, unknown>>): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const queue: (readonly [string, unknown])[] = Object.entries(roots);
  for (const [path, value] of queue) {
    if (holdsSecret(value)) found.push(path);
    const isWalked = (typeof value === 'object' && value !== null) || typeof value === 'function';
    if (!isWalked || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Uint8Array) continue;
    if (value instanceof Map || value instanceof Set) {
      for (const [index, entry] of [...value].entries()) queue.push([`${path}(${index})`, entry]);
    }
    for (const name of Reflect.ownKeys(value)) {
      const { value: inner, get } = Reflect.getOwnPropertyDescriptor(value, name) ?? {};
      queue.push([`${path}.${String(name)}`, inner ?? get]);
      if (holdsSecret(name)) found.push(`${path}.${String(name)}`);
    }
    queue.push([`${path}.__proto__`, Reflect.getPrototypeOf(value)]);
  }
  return found;
}

const lookup: SecretLookup = async () => ({ secrets: { id: 'main', value: SECRET }, scope: 'tenant' });

describe('what can be reached', () => {
  it('is searched in a way that finds a secret', () => {
    const deep = new Map([['a', new Set([{ [Symbol('b')]: [BYTES] }])]]);
    const hidden = Object.defineProperty({}, 'c', { value: deep, enumerable: false });
    expect(findSecrets({ hidden, [SECRET]: 1, error: new Error('x', { cause: SECRET }) })).toHaveLength(2);
    expect(findSecrets({ of: { [SECRET]: 1 } })).toHaveLength(1);
  });

  it.each<[string, string | SecretLookup]>([
    ['a text', SECRET],
    ['a look-up', lookup],
  ])('from an app whose secret is %s holds no secret', async (_what, secret) => {
    const copy = freshCopy();
    const seen: unknown[] = [];
    const onDecision = (...given: unknown[]): void => void seen.push(given);
    const common = { clock: () => NOW, onDecision, rateLimit: { limit: 3 } };
    const { github: first, slack: second, meta: third, fastcommentsLegacy: other } = copy;
    const middleware = [
      copy.webhookRouter({
        provider: first,
        secret,
        ...common,
        events: { '*': (hook) => void seen.push(hook) },
      }),
      copy.webhookGuard({
        provider: second,
        secret,
        ...common,
        errors: 'next',
        also: [{ provider: other, secret }],
      }),
      copy.webhookGuard({ provider: third, secret, verifyToken: SECRET, ...common }),
      copy.rejectDuplicates({ store: memoryStore() }),
    ];
    const { port } = await start((app) => {
      app.use('/a', middleware[0]!);
      app.use('/b', middleware[1]!, (req, res) => void (seen.push(req, res), res.json({})));
      app.use('/c', middleware[2]!, (req, res) => void (seen.push(req, res), res.json({})));
      const keep: ErrorRequestHandler = (error, _req, res, next) => {
        seen.push(error);
        if (res.headersSent) next(error);
        else res.sendStatus(418);
      };
      app.use(keep);
    });
    const body = '{"type":"a"}';
    for (const [path, provider] of [
      ['/a', github],
      ['/b', slack],
      ['/c', meta],
      ['/b', fastcommentsLegacy],
    ] as const) {
      const headers = signed(provider, body, { secret: SECRET });
      await send(port, { path, headers: provider === fastcommentsLegacy ? { token: 'no' } : headers, body });
      await send(port, { path, headers, body: '{}' });
      await send(port, { path, body });
    }
    await send(port, { method: 'GET', path: '/c?hub.mode=subscribe&hub.challenge=a&hub.verify_token=b' });
    expect(seen.length).toBeGreaterThan(10);
    const reached = findSecrets({ middleware, seen, warnings, copy });
    // A token that came in a header is where Node keeps headers.
    expect(reached.filter((path) => !/rawHeaders|\.token$/.test(path))).toEqual([]);
    expect(inspect(warnings)).not.toContain(SECRET);
  });
});
