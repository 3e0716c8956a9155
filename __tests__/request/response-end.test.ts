import { connect } from 'node:net';
import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { isOut, isUntouched, onResponseEnd, type ResponseListener } from '../../src/request/response-end';
import { eventually, requestText, send, start } from '../helpers/http';

/** What is told of a response, in its order. */
function watch(res: ServerResponse, isEager?: boolean): string[] {
  const told: string[] = [];
  const listener: ResponseListener = {
    answered: (status) => told.push(`answered ${status}`),
    ended: (status) => told.push(`ended ${status}`),
    left: () => told.push('left'),
  };
  onResponseEnd(res, isEager === undefined ? listener : { ...listener, isEager });
  return told;
}

interface Seen {
  res: ServerResponse;
  told: string[];
}

/** A server that hands over the only response, once it is watched. */
async function serve(
  handle: (seen: Seen) => void = () => undefined,
  isEager?: boolean,
  before: (res: ServerResponse) => void = () => undefined,
) {
  const all: Seen[] = [];
  const { port } = await start((app) => {
    app.use((_req, res) => {
      before(res);
      const seen = { res, told: watch(res, isEager) };
      all.push(seen);
      handle(seen);
    });
  });
  return { port, all };
}

/** Begins a request, and leaves once it was seen; gives what was seen when the response is closed. */
async function leave({ port, all }: Awaited<ReturnType<typeof serve>>): Promise<Seen> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(requestText('GET', []));
  await eventually(() => all.length === 1);
  const [seen] = all as [Seen];
  socket.destroy();
  await eventually(() => seen.res.closed);
  return seen;
}

/** Makes a response end later than it is told to, as one that compresses does. */
function endLater(res: ServerResponse): () => void {
  const end = res.end.bind(res) as (...args: unknown[]) => ServerResponse;
  let flush = (): unknown => undefined;
  res.end = ((...args: unknown[]) => {
    flush = () => end(...args);
    return res;
  }) as typeof res.end;
  return () => void flush();
}

describe('onResponseEnd()', () => {
  it.each<[string, number, (res: ServerResponse) => void]>([
    ['was set before', 202, (res) => ((res.statusCode = 202), res.end())],
    ['was set behind the end', 202, (res) => ((res.statusCode = 202), res.end(), (res.statusCode = 500))],
    ['was set behind the head', 201, (res) => (res.writeHead(201), (res.statusCode = 500), res.end('text'))],
    ['has three other digits', 599, (res) => res.writeHead(599, 'Of our own').end()],
    ['was followed by a second end', 201, (res) => (res.writeHead(201).end(), res.end('more'))],
  ])('tells once the status that went out where it %s', async (_how, status, handle) => {
    for (const isEager of [undefined, false, true]) {
      const { port, all } = await serve(({ res }) => handle(res), isEager);
      expect((await send(port)).status).toBe(status);
      await eventually(() => all[0]!.res.closed);
      expect(all[0]!.told).toEqual([`answered ${status}`, `ended ${status}`]);
    }
  });

  it('goes by the status of what has no head as Node has it', async () => {
    const standIn = new Writable({ write: (_chunk, _encoding, done) => done() });
    const told = watch(Object.assign(standIn, { statusCode: 204 }) as unknown as ServerResponse);
    standIn.end();
    await eventually(() => standIn.closed);
    expect(told).toEqual(['answered 204', 'ended 204']);
  });

  it('tells of an answer that is out where nothing is ever closed', async () => {
    const standIn = new Writable({ autoDestroy: false, write: (_chunk, _encoding, done) => done() });
    const told = watch(Object.assign(standIn, { statusCode: 200 }) as unknown as ServerResponse);
    const finished = new Promise((resolve) => standIn.once('finish', resolve));
    standIn.end();
    await finished;
    expect([told, standIn.closed]).toEqual([['answered 200', 'ended 200'], false]);
  });

  it('needs no more of a listener than that it hears of the end', async () => {
    const ended = jest.fn();
    const { res } = await leave(await serve(({ res: watched }) => onResponseEnd(watched, { ended })));
    onResponseEnd(res, { ended });
    res.end();
    expect(ended.mock.calls).toEqual([[200], [200]]);
  });

  it('tells an eager listener of the answer before the end returns, and others later', async () => {
    for (const isEager of [true, false, undefined]) {
      let atOnce: string[] = [];
      const { port } = await serve(({ res, told }) => {
        res.end();
        atOnce = [...told];
      }, isEager);
      await send(port);
      expect(atOnce).toEqual(isEager === true ? ['answered 200'] : []);
    }
  });

  it('leaves the response its own end, unless the listener is eager', async () => {
    for (const isEager of [true, false, undefined]) {
      let isOwn: boolean | undefined;
      const { port } = await serve(({ res }) => {
        isOwn = Object.hasOwn(res, 'end');
        res.end();
      }, isEager);
      await send(port);
      expect(isOwn).toBe(isEager === true);
    }
  });

  it('hands on what the end is given, and what it gives', async () => {
    const ended = jest.fn();
    let given: unknown;
    const { port, all } = await serve(({ res }) => (given = res.end('c2Vl', 'base64', ended)), true);
    expect((await send(port)).text).toBe('see');
    expect(given).toBe(all[0]!.res);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it('waits for the answer where the client has left, and tells of it once', async () => {
    for (const isEager of [false, true]) {
      const { res, told } = await leave(await serve(undefined, isEager));
      expect(told).toEqual(['left']);
      res.statusCode = 201;
      res.end();
      expect(told).toEqual(['left', 'answered 201', 'ended 201']);
      res.end();
      expect(told).toHaveLength(3);
    }
  });

  it('waits for the answer where the client had left before', async () => {
    const { res } = await leave(await serve());
    const told = watch(res);
    expect(told).toEqual(['left']);
    res.statusCode = 202;
    res.end();
    expect(told).toEqual(['left', 'answered 202', 'ended 202']);
  });

  it('tells at once where all was over before, because nothing else will', async () => {
    const { port, all } = await serve(({ res }) => res.end());
    await send(port);
    await eventually(() => all[0]!.res.closed);
    const told = watch(all[0]!.res);
    expect(told).toEqual(['left']);
  });

  it('tells of an answer that the client did not wait for', async () => {
    const { told } = await leave(await serve(({ res }) => res.end(Buffer.alloc(2 ** 24))));
    expect(told).toEqual(['answered 200', 'ended 200']);
  });

  it('says nothing of a client that leaves after the answer', async () => {
    const { port, all } = await serve(({ res }) => res.end('all'));
    await send(port);
    await eventually(() => all[0]!.res.closed);
    expect(all[0]!.told).toEqual(['answered 200', 'ended 200']);
  });

  describe('where the response ends later than it is told to', () => {
    it('tells when it has ended', async () => {
      let flush = (): void => undefined;
      const { port, all } = await serve(
        ({ res }) => res.end('later'),
        undefined,
        (res) => (flush = endLater(res)),
      );
      const answer = send(port);
      await eventually(() => all.length === 1);
      expect(all[0]!.told).toEqual(['answered 200']);
      flush();
      expect((await answer).text).toBe('later');
      await eventually(() => all[0]!.res.closed);
      expect(all[0]!.told).toEqual(['answered 200', 'ended 200']);
    });

    it('tells where the client leaves between the two', async () => {
      const { told } = await leave(
        await serve(
          ({ res }) => res.end('never'),
          undefined,
          (res) => void endLater(res),
        ),
      );
      expect(told).toEqual(['answered 200', 'ended 200']);
    });
  });

  it('listens for errors only where nobody else does', async () => {
    const counts: number[] = [];
    const { port } = await serve(({ res }) => {
      counts.push(res.listenerCount('error'));
      res.end();
      res.write('more');
    });
    await send(port);
    const others = await serve(
      ({ res }) => {
        counts.push(res.listenerCount('error'));
        res.end();
      },
      undefined,
      (res) => res.on('error', () => undefined),
    );
    await send(others.port);
    expect(counts).toEqual([1, 1]);
  });
});

/** Handles one request without a watch, and gives its response when it is closed. */
async function handleOne(handle: (res: ServerResponse) => void): Promise<ServerResponse> {
  const all: ServerResponse[] = [];
  const { port } = await start((app) => {
    app.use((_req, res) => {
      all.push(res);
      handle(res);
    });
  });
  await send(port);
  await eventually(() => all[0]?.closed === true);
  return all[0]!;
}

describe('isUntouched()', () => {
  it.each<[boolean, string, (res: ServerResponse) => unknown]>([
    [true, 'is as Express gives it', () => undefined],
    [false, 'has an end of its own, as of a middleware that compresses', (res) => endLater(res)],
    [false, 'has sent its head', (res) => res.writeHead(200)],
    [false, 'has no socket, as one that waits behind another', (res) => res.detachSocket(res.socket!)],
  ])('is %p where the response %s', async (expected, _how, touch) => {
    let seen: boolean | undefined;
    await handleOne((res) => {
      const { socket } = res;
      const flush = touch(res);
      seen = isUntouched(res);
      if (res.socket === null) res.assignSocket(socket!);
      res.end();
      if (typeof flush === 'function') flush();
    });
    expect(seen).toBe(expected);
  });

  it('is false where all is over, and of a platform that has no real socket', async () => {
    expect(isUntouched(await handleOne((res) => res.end()))).toBe(false);
    expect(isUntouched({ socket: {}, headersSent: false, closed: false } as unknown as ServerResponse)).toBe(
      false,
    );
  });
});

describe('isOut()', () => {
  it('is true as soon as the answer is with the operating system, and never before', async () => {
    const seen: boolean[] = [];
    await handleOne((res) => {
      seen.push(isOut(res));
      res.write('half');
      seen.push(isOut(res));
      res.end('whole');
      seen.push(isOut(res));
    });
    expect(seen).toEqual([false, false, true]);
  });

  it('is false while the client reads too slowly, and true when it has left', async () => {
    let seen: boolean | undefined;
    const { res } = await leave(
      await serve(({ res: large }) => {
        large.end(Buffer.alloc(2 ** 24));
        seen = isOut(large);
      }),
    );
    expect([seen, isOut(res)]).toEqual([false, true]);
  });

  it('keeps a response that is written to behind its end from ending the process', async () => {
    await handleOne((res) => {
      res.end();
      expect(isOut(res)).toBe(true);
      res.write('more');
    });
  });
});
