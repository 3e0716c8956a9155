import { EventEmitter } from 'node:events';
import type * as Threads from 'node:worker_threads';
import {
  defineProvider,
  diagnose,
  fastcomments,
  github,
  providers,
  telehealth,
  type Provider,
} from 'hooklatch';
import { answerQuestion, diagnoseInBackground, DiagnosisLimitError } from '../../src/diagnose/background';
import { define } from '../helpers/custom';
import { fakeTimeouts, NOW, SECRET, signed } from '../helpers/http';

const threads = jest.requireMock<typeof Threads>('node:worker_threads');

const SETTINGS = { secret: SECRET, now: NOW, publicUrl: 'https://example.org/hooks' };

/** A delivery whose body was changed after it was signed. */
function tampered(provider: Provider, body = '{"event":"x"}') {
  const headers = signed(provider, body);
  const rawHeaders = Object.entries(headers).flat();
  return { method: 'POST', url: '/hooks', headers, rawHeaders, body: Buffer.from(`${body} `) };
}

const settle = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('diagnoseInBackground()', () => {
  it.each([
    ['of ours', fastcomments],
    ['described by its user', defineProvider({ ...telehealth, name: 'ours' })],
    ['with a function of its own', define().provider],
  ])('finds what diagnose() finds, for a provider %s', async (_what, provider) => {
    const isCode = provider.algorithm === 'custom';
    const delivery = isCode
      ? { method: 'POST', url: '/', headers: {}, rawHeaders: [], body: Buffer.from('{}') }
      : tampered(provider);
    const settings = { ...SETTINGS, provider };
    const { signedBody, ...found } = await diagnoseInBackground(delivery, settings);
    expect(found).toEqual(diagnose(delivery, settings));
    // The body that was signed is for the page alone.
    expect(signedBody && Buffer.from(signedBody).toString()).toBe(isCode ? undefined : '{"event":"x"}');
    expect(found.verified).toBe(false);
  });

  it('leaves the event loop to others while it works on what a stranger sent', async () => {
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    const delivery = tampered(fastcomments, JSON.stringify({ text: 'é"<>'.repeat(15_000) }));
    const work = diagnoseInBackground(delivery, { ...SETTINGS, provider: fastcomments });
    count();
    await work;
    isDone = true;
    expect(turns).toBeGreaterThan(100);
  });

  it('takes no body beyond its bound, and a smaller one where the code of a user looks at it', async () => {
    const large = { ...tampered(github), body: Buffer.alloc(256 * 1024 + 1) };
    await expect(diagnoseInBackground(large, { ...SETTINGS, provider: github })).rejects.toThrow(
      'more than 256 KiB; export the delivery and run "hooklatch diagnose"',
    );
    const { provider } = define();
    const middle = { ...large, body: Buffer.alloc(16 * 1024 + 1) };
    await expect(diagnoseInBackground(middle, { ...SETTINGS, provider })).rejects.toThrow(
      DiagnosisLimitError,
    );
  });

  it('works on one at a time, and keeps no more than 16 waiting', async () => {
    let running = 0;
    let most = 0;
    class Counted extends threads.Worker {
      constructor(...args: ConstructorParameters<typeof threads.Worker>) {
        super(...args);
        running += 1;
        most = Math.max(most, running);
        this.once('message', () => (running -= 1));
      }
    }
    jest.spyOn(threads, 'Worker').mockImplementation((...args) => new Counted(...args));
    const ask = (): Promise<unknown> =>
      settle(diagnoseInBackground(tampered(github), { ...SETTINGS, provider: github }));
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(answers.filter((answer) => answer instanceof DiagnosisLimitError)).toHaveLength(4);
    expect(most).toBe(1);
    expect(await ask()).toMatchObject({ verified: false });
  });

  it('is cut where it takes too long', async () => {
    fakeTimeouts();
    const delivery = tampered(fastcomments, JSON.stringify({ text: 'é"<>'.repeat(40_000) }));
    const work = settle(diagnoseInBackground(delivery, { ...SETTINGS, provider: fastcomments }));
    // The thread begins in a later turn.
    await new Promise(setImmediate);
    jest.advanceTimersByTime(10_000);
    expect(await work).toEqual(new DiagnosisLimitError('it took longer than 10 seconds'));
  });

  it('fails alone where its thread fails, and leaves the next one its turn', async () => {
    class Failing extends EventEmitter {
      constructor() {
        super();
        setImmediate(() => {
          this.emit('error', new Error('out of memory'));
          this.emit('exit', 1);
        });
      }
      unref(): void {
        // Nothing keeps this one.
      }
    }
    const settings = { ...SETTINGS, provider: github };
    const failing = jest.spyOn(threads, 'Worker').mockImplementation(() => new Failing() as never);
    await expect(diagnoseInBackground(tampered(github), settings)).rejects.toThrow(
      'it failed: out of memory',
    );
    failing.mockRestore();
    await expect(diagnoseInBackground(tampered(github), settings)).resolves.toMatchObject({
      verified: false,
    });
  });

  it('rejects as diagnose() throws for wrong settings', async () => {
    const settings = { ...SETTINGS, provider: github, secret: '' };
    await expect(diagnoseInBackground(tampered(github), settings)).rejects.toThrow(TypeError);
  });
});

describe('answerQuestion()', () => {
  it('has the body as it was signed where its writing was changed, and else none', () => {
    const { body, ...delivery } = tampered(telehealth);
    const settings = { secret: SECRET, now: NOW };
    const reply = answerQuestion({ delivery: { ...delivery, body }, settings, provider: 'telehealth' });
    expect(reply).toMatchObject({ diagnosis: { findings: [{ certainty: 'certain' }] } });
    const { signedBody } = (reply as Extract<typeof reply, { diagnosis: unknown }>).diagnosis;
    expect(Buffer.from(signedBody ?? []).toString()).toBe('{"event":"x"}');
    const wrong = answerQuestion({
      delivery: { ...delivery, body },
      settings: { ...settings, secret: `${SECRET}!` },
      provider: 'telehealth',
    });
    expect(wrong).not.toHaveProperty('diagnosis.signedBody');
  });

  it.each(Object.values(providers).filter(({ algorithm }) => algorithm !== 'custom'))(
    'knows $name by its data as well as by its name',
    (provider) => {
      const delivery = { method: 'POST', url: '/', headers: {}, rawHeaders: [], body: Buffer.from('{}') };
      const settings = { secret: 'x'.repeat(32), now: NOW };
      const byName = answerQuestion({ delivery, settings, provider: provider.name });
      expect(answerQuestion({ delivery, settings, provider: structuredClone(provider) })).toEqual(byName);
    },
  );

  it('says what cannot be asked', () => {
    const delivery = { method: 'POST', url: '/', headers: {}, rawHeaders: [], body: Buffer.from('{}') };
    expect(answerQuestion({ delivery, settings: { secret: '' }, provider: 'github' })).toEqual({
      error: expect.stringContaining('secret'),
    });
    const unknown = { delivery, settings: { secret: SECRET }, provider: 'nobody' };
    expect(answerQuestion(unknown)).toEqual({ error: 'there is no provider of this name' });
  });
});
