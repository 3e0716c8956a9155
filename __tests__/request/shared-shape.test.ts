import { EventEmitter } from 'node:events';
import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import express from 'express';
import { shareShape } from '../../src/request/shared-shape';
import { NOW, send, signed, startRouter } from '../helpers/http';
import { github } from 'hooklatch';

/** All that code can see of an object. */
function describeObject(object: object): unknown {
  return {
    keys: Reflect.ownKeys(object),
    descriptors: Object.getOwnPropertyDescriptors(object),
    inherited: Object.getPrototypeOf(object) as unknown,
    isExtensible: Object.isExtensible(object),
    listed: Object.entries(object),
    text: inspect(object, { showHidden: true, depth: 0 }),
  };
}

const makeObjects = (): readonly object[] => {
  const req = new IncomingMessage(null as never);
  const odd = Object.defineProperties(Object.create({ inherited: 1 }) as object, {
    hidden: { value: 1 },
    fixed: { value: 2, enumerable: true },
    read: { get: () => 3, configurable: true, enumerable: true },
    [Symbol('own')]: { value: 4, enumerable: true },
    10: { value: 5, writable: true },
  });
  return [{}, { a: 1, b: undefined }, req, new ServerResponse(req), new EventEmitter(), odd];
};

describe('shareShape()', () => {
  it('changes nothing that can be seen of an object', () => {
    for (const object of makeObjects()) {
      const before = describeObject(object);
      shareShape(object, true);
      expect(describeObject(object)).toEqual(before);
    }
  });

  it('leaves alone what takes no more properties', () => {
    for (const close of [Object.freeze, Object.seal, Object.preventExtensions]) {
      const object = close({ a: 1 });
      expect(() => shareShape(object, true)).not.toThrow();
      expect(object).toEqual({ a: 1 });
    }
  });

  it('touches nothing where Node shares the hidden classes itself', () => {
    const touched: unknown[] = [];
    const watched = new Proxy(
      {},
      { set: () => (touched.push('set'), true), deleteProperty: () => (touched.push('delete'), true) },
    );
    shareShape(watched, false);
    expect(touched).toEqual([]);
    shareShape(watched, true);
    expect(touched).toEqual(['set', 'set', 'delete', 'delete']);
    touched.length = 0;
    shareShape(watched);
    expect(touched.length > 0).toBe(Number.parseInt(process.versions.node, 10) < 24);
  });

  it('lets Express work with a request and a response as before', async () => {
    const app = express();
    app.use((req, res, next) => {
      shareShape(req, true);
      shareShape(res, true);
      next();
    });
    app.get('/here/:name', (req, res) => {
      res.set('X-Name', req.params.name).cookie('a', '1').status(201).json({ query: req.query, ip: req.ip });
    });
    const server = createServer(app as never);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}/here/me?b=2`);
    expect([response.status, response.headers.get('x-name'), await response.json()]).toEqual([
      201,
      'me',
      { query: { b: '2' }, ip: '127.0.0.1' },
    ]);
    await new Promise((resolve) => server.close(resolve));
  });

  it('leaves the properties of the user on the request to the handler', async () => {
    const seen: unknown[] = [];
    const { port } = await startRouter({
      provider: github,
      events: { '*': (_webhook, req) => void seen.push(req.method, req.get('x-github-event')) },
    });
    const body = '{}';
    const { status } = await send(port, {
      path: '/hooks',
      headers: signed(github, body, { now: NOW, event: 'push' }),
      body,
    });
    expect([status, seen]).toEqual([200, ['POST', 'push']]);
  });
});
