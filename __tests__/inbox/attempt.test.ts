import type { InboxAttempt } from 'hooklatch/inbox';
import { PermanentError } from 'hooklatch/inbox';
import { runAttempt } from '../../src/inbox/attempt';
import { eventually, pause } from '../helpers/http';
import { makeStored, openInbox, query } from '../helpers/inbox';

const run = (handle: () => unknown, timeoutMs = 1000): ReturnType<typeof runAttempt> =>
  runAttempt({
    handle,
    webhook: {} as never,
    delivery: {} as never,
    timeoutMs,
    controller: new AbortController(),
  });

describe('runAttempt()', () => {
  it.each([
    ['done', null, () => 1],
    ['done', null, () => Promise.resolve()],
    ['failed', 'ERR_WEBHOOK_HANDLER', () => Promise.reject(new Error('x'))],
    [
      'failed',
      'ERR_WEBHOOK_HANDLER',
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- as any code may do
        throw undefined;
      },
    ],
    [
      'dead',
      'ERR_WEBHOOK_HANDLER',
      () => {
        throw new PermanentError('x', { cause: 1 });
      },
    ],
    ['failed', 'ERR_WEBHOOK_TIMEOUT', () => pause(1000)],
  ])('ends as %s with %s', async (state, code, handle) => {
    expect(await run(handle as () => unknown, 20)).toMatchObject({ state, code });
  });

  it.each([
    [1500.2, 1501],
    [0, 0],
    [-1, undefined],
    [NaN, undefined],
    ['1', undefined],
    [1e15, undefined],
  ])('takes the delay %p that an error asks for as %p', async (retryAfterMs, expected) => {
    const end = await run(() => {
      throw Object.assign(new Error('429'), { retryAfterMs });
    });
    expect(end.retryAfterMs).toBe(expected);
  });

  it('cuts what the handler has thrown', async () => {
    const end = await run(() => {
      throw new Error('x'.repeat(9999));
    });
    expect(end.error).toHaveLength(500);
  });
});

describe('the attempts of an inbox', () => {
  it('come back when the error, or the option, says', async () => {
    const attempts: InboxAttempt[] = [];
    let now = 1_000_000;
    const delays: unknown[] = [];
    const inbox = openInbox({
      clock: () => now,
      retry: { delayMs: (attempt) => (delays.push(attempt), attempt === 2 ? 7000 : undefined) },
      onAttempt: (attempt) => attempts.push(attempt),
    });
    inbox.work('r', (_webhook, { attempt }) => {
      if (attempt === 1) throw Object.assign(new Error('busy'), { retryAfterMs: 1000 });
      if (attempt < 4) throw new Error('again');
    });
    await inbox.put(makeStored(1, { receivedAt: now - 500 }));
    for (const [count, step] of [
      [1, 999],
      [1, 1],
      [2, 7000],
      [3, 20_000],
    ] as const) {
      await eventually(() => attempts.length === count);
      now += step;
      await pause(30);
    }
    await eventually(() => attempts.length === 4);
    const spans = attempts.map(({ time, nextAttemptAt }) =>
      nextAttemptAt === null ? null : Date.parse(nextAttemptAt) - Date.parse(time),
    );
    expect(spans.slice(0, 2)).toEqual([1000, 7000]);
    expect(spans[2]).toBeGreaterThanOrEqual(15_000);
    expect(spans[2]).toBeLessThanOrEqual(20_000);
    expect(spans[3]).toBeNull();
    expect(delays).toEqual([2, 3]);
    expect(attempts.map(({ waitedMs }) => waitedMs)).toEqual([500, 1500, 8500, 28_500]);
  });

  it('come back by the usual delay where the option throws or says nonsense', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = openInbox({
      retry: {
        firstMs: 1,
        maxMs: 1,
        attempts: 3,
        delayMs: (attempt) => {
          if (attempt === 1) throw new Error('broken');
          return NaN;
        },
      },
      onAttempt: (attempt) => attempts.push(attempt),
    });
    inbox.work('r', () => Promise.reject(new Error('no')));
    await inbox.put(makeStored(1));
    await eventually(() => attempts.length === 3);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['retry', 'retry', 'dead']);
  });

  it('hang until their deadline and run elsewhere; the late end changes nothing', async () => {
    const first = openInbox({ leaseMs: 100, retry: { firstMs: 1, maxMs: 1 } });
    const reasons: unknown[] = [];
    let end: (() => void) | undefined;
    first.work(
      'r',
      (_webhook, { signal }) => {
        signal.addEventListener('abort', () => reasons.push((signal.reason as Error).message));
        return new Promise<void>((resolve) => (end ??= resolve));
      },
      { attemptTimeoutMs: 400, concurrency: 1 },
    );
    await first.put(makeStored(1));
    const startedAt = performance.now();
    await eventually(() => end !== undefined);
    void first.drain();
    const second = openInbox({ file: first.file, leaseMs: 100 });
    const seen: number[] = [];
    second.work('r', (_webhook, { attempt }) => seen.push(attempt));
    await eventually(() => seen.length === 1);
    // The lease of 100 ms was renewed until then.
    expect(performance.now() - startedAt).toBeGreaterThan(395);
    expect(reasons).toEqual(['the handler took longer than 400 ms']);
    end?.();
    await second.drain();
    await pause(30);
    expect(seen).toEqual([2]);
    await eventually(
      () => query<{ state: number }>(first.file, 'SELECT state FROM hooklatch_delivery')[0]!.state === 3,
    );
  });

  it('are dead at once where the body cannot be parsed', async () => {
    const attempts: InboxAttempt[] = [];
    const inbox = openInbox({ onAttempt: (attempt) => attempts.push(attempt) });
    inbox.work('r', (webhook) => webhook.payload);
    await inbox.put(makeStored(1, { body: Buffer.from('{') }));
    await eventually(() => attempts.length === 1);
    expect(attempts[0]).toMatchObject({ outcome: 'dead', code: 'ERR_WEBHOOK_PAYLOAD' });
  });
});
