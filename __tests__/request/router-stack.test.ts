import type { Request } from 'express';
import { leadsToGuard, listNames, readStack } from '../../src/request/router-stack';

const guard = { name: 'webhookGuardMiddleware', match: () => true };
const requestAt = (stack: readonly object[], name = 'router'): Request =>
  ({
    originalUrl: '/api/hook?x=/other',
    app: { get: () => undefined, [name]: { stack } },
  }) as unknown as Request;

// Real apps of both versions of Express are in keep-raw-body.test.ts and consumed-body.test.ts.
describe('leadsToGuard()', () => {
  it('asks each layer with the rest of the path, without the query', () => {
    const asked: string[] = [];
    const ask = (more: object, answer: unknown): object => ({
      match: (path: string) => (asked.push(path), answer),
      ...more,
    });
    const inner = ask({ name: 'webhookRouterMiddleware' }, true);
    const outer = { handle: { stack: [inner] } };
    expect(leadsToGuard(requestAt([ask(outer, { path: '/api' })]))).toBe(true);
    expect(leadsToGuard(requestAt([ask({ ...outer, path: '/api' }, true)], '_router'))).toBe(true);
    expect(leadsToGuard(requestAt([ask(outer, { path: '/api/hook' })]))).toBe(true);
    expect(asked).toEqual(['/api/hook', '/hook', '/api/hook', '/hook', '/api/hook', '/']);
  });

  it.each<[string, object[]]>([
    ['no layers', []],
    ['a layer that cannot be asked', [{ name: guard.name }]],
    ['a layer that does not match', [{ ...guard, match: () => false }]],
    ['a layer without a name', [{ match: () => true }]],
    ['a layer of another', [{ match: () => true, name: 'webhookGuardMiddlewareOfMine' }]],
    [
      'a layer that throws',
      [
        {
          match: () => {
            throw new URIError('malformed');
          },
        },
      ],
    ],
  ])('sees none behind %s', (_what, stack) => {
    expect(leadsToGuard(requestAt(stack))).toBe(false);
  });

  it('takes a router whose layer tells no path for one at the root', () => {
    expect(leadsToGuard(requestAt([{ match: () => true, handle: { stack: [guard] } }]))).toBe(true);
  });

  it('sees none outside Express', () => {
    expect(leadsToGuard({ originalUrl: '/' } as unknown as Request)).toBe(false);
  });
});

describe('namesOf()', () => {
  it('lists the names of all layers, those of routers and routes inside', () => {
    const stack = [
      { name: 'a' },
      { handle: { stack: [{ name: 'b' }] } },
      { route: { stack: [{ name: 'c' }, {}] } },
    ];
    expect(listNames(stack)).toEqual(['a', 'b', 'c']);
    expect(listNames(readStack({}))).toEqual([]);
  });
});
