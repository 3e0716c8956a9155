import type { Response } from 'express';
import { github, type Decision } from 'hooklatch';
import { makePipeline } from '../src/pipeline';
import { makeRefusal } from '../src/request/refuse';
import type { Step } from '../src/request/step';
import { eventually, pause, send, start } from './helpers/http';

const pass: Step = () => undefined;
const passLater: Step = async () => {
  await pause(5);
  return undefined;
};

/** Runs steps for one request, and says what happened in which order, `'returned'` among it. */
async function run(steps: readonly Step[]) {
  const seen: string[] = [];
  const decisions: Decision[] = [];
  const onDecision = (decision: Decision): void => void decisions.push(decision);
  const { run: receive } = makePipeline({ provider: github, secret: undefined, onDecision }, steps);
  const { port } = await start((app) => {
    app.use((req, res) => {
      receive(req, res, () => {
        seen.push('handed over');
        res.end();
      });
      seen.push('returned');
    });
  });
  const { status } = await send(port);
  await eventually(() => decisions.length > 0);
  return { seen, status, decision: decisions[0] };
}

describe('a run', () => {
  it('hands over in the same tick where no step needs time', async () => {
    expect(await run([pass, pass])).toMatchObject({ seen: ['handed over', 'returned'], status: 200 });
  });

  it('returns at once where a step needs time, and goes on behind that step', async () => {
    const last = jest.fn(pass);
    expect((await run([pass, passLater, last, passLater])).seen).toEqual(['returned', 'handed over']);
    expect(last).toHaveBeenCalledTimes(1);
  });

  it.each<[string, Step]>([
    ['at once', (state) => makeRefusal(state, 'ERR_WEBHOOK_HEADER')],
    ['later', async (state) => Promise.resolve(makeRefusal(state, 'ERR_WEBHOOK_HEADER'))],
    [
      'by a throw, as a function of an option that reads a lazy payload',
      (state) => {
        throw makeRefusal(state, 'ERR_WEBHOOK_HEADER');
      },
    ],
  ])('ends with the first step that refuses %s', async (_when, refuse) => {
    const last = jest.fn(pass);
    const { seen, decision } = await run([pass, refuse, last]);
    expect([seen, decision?.code, last.mock.calls]).toEqual([['returned'], 'ERR_WEBHOOK_HEADER', []]);
  });

  it('ends with a step that has answered', async () => {
    const answer: Step = (_state, _req, res) => {
      res.statusCode = 204;
      res.end();
      return 'answered';
    };
    const last = jest.fn(pass);
    expect(await run([answer, last])).toMatchObject({ seen: ['returned'], status: 204 });
    expect(last).not.toHaveBeenCalled();
  });

  it('watches for an answer that comes later, where what it has handed over to throws', async () => {
    const decisions: Decision[] = [];
    const onDecision = (decision: Decision): void => void decisions.push(decision);
    const pipeline = makePipeline({ provider: github, secret: undefined, onDecision }, [pass]);
    const thrown: unknown[] = [];
    const { port } = await start((app) => {
      app.use((req, res) => {
        setTimeout(() => res.status(202).end(), 5);
        try {
          pipeline.run(req, res, () => {
            throw new Error('mine');
          });
        } catch (error) {
          thrown.push(error);
        }
      });
    });
    expect((await send(port)).status).toBe(202);
    await eventually(() => decisions.length > 0);
    expect([thrown, decisions[0]?.status]).toEqual([[new Error('mine')], 202]);
    await pipeline.drain();
  });

  it.each<[string, boolean, (res: Response) => void]>([
    ['is out already', false, (res) => void res.status(202).end()],
    ['comes later', true, (res) => void setTimeout(() => res.status(202).end(), 5)],
    ['is sent in parts', true, (res) => (res.write('half'), setTimeout(() => res.end(), 5), undefined)],
  ])(
    'listens to the response only where the answer is still open: it %s',
    async (_how, isWatched, answer) => {
      const counts: number[] = [];
      const { run: receive } = makePipeline({ provider: github, secret: undefined }, [pass]);
      const { port } = await start((app) => {
        app.use((req, res) => {
          const before = res.listenerCount('finish');
          receive(req, res, () => answer(res));
          counts.push(res.listenerCount('finish') - before);
        });
      });
      await send(port);
      expect(counts).toEqual([Number(isWatched)]);
    },
  );
});
