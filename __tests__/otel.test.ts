import { AsyncLocalStorage } from 'node:async_hooks';
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context, metrics, trace, type Meter, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { RequestHandler } from 'express';
import {
  captureRawBody,
  github,
  verifySignature,
  webhookErrors,
  webhookGuard,
  webhookRouter,
  type Decision,
  type DuplicateStore,
  type Inbox,
} from 'hooklatch';
import { instrumentHooklatch, type InstrumentHooklatchOptions } from 'hooklatch/otel';
import { SETTINGS, startHandling, type Handle } from './helpers/handling';
import { eventually, NOW, SECRET, send, signed, start, warnings } from './helpers/http';
import { makeStored, openInbox } from './helpers/inbox';
import { typeErrorOf } from './helpers/type-error';

const spans = new InMemorySpanExporter();
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const tracer = tracers.getTracer('test');
const stops: (() => unknown)[] = [];

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterAll(() => {
  context.disable();
  metrics.disable();
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  spans.reset();
});

/** Instruments with meters of its own, and gives what they have measured. */
function instrument(options: (provider: MeterProvider) => InstrumentHooklatchOptions | undefined) {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const stop = instrumentHooklatch(options(provider));
  stops.push(stop, () => provider.shutdown());
  const measured = async (): Promise<Readonly<Record<string, MetricData>>> => {
    exporter.reset();
    await reader.forceFlush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    return Object.fromEntries(
      all.flatMap((scope) => scope.metrics.map((metric) => [metric.descriptor.name, metric] as const)),
    );
  };
  return { stop, measured };
}

/** What an instrumentation of HTTP does, one that ends its span as early as any. */
const traced: RequestHandler = (_req, res, next) => {
  const span = tracer.startSpan('server');
  res.once('finish', () => span.end());
  res.once('close', () => span.end());
  context.with(trace.setSpan(context.active(), span), next);
};

/** The attributes of the span of the request, once it has ended. */
async function attributesOf(name = 'server'): Promise<Span | object> {
  const ended = () => spans.getFinishedSpans().find((span) => span.name === name);
  await eventually(() => ended() !== undefined);
  return ended()!.attributes;
}

const attributes = (outcome: string, code?: string) => ({
  'hooklatch.provider': 'github',
  'hooklatch.outcome': outcome,
  ...(code === undefined ? {} : { 'hooklatch.code': code }),
});

const [ROUTER] = SETTINGS[0]!.slice(1) as [(typeof SETTINGS)[number][1]];
const answer: Handle = (res) => res.sendStatus(200);

describe('instrumentHooklatch()', () => {
  it.each<[string, (provider: MeterProvider) => InstrumentHooklatchOptions | undefined]>([
    ['the meter that is given', (provider) => ({ meter: provider.getMeter('mine') })],
    ['a meter of the provider that is given', (meterProvider) => ({ meterProvider })],
    [
      'a meter of the global provider',
      (provider) => {
        metrics.disable();
        metrics.setGlobalMeterProvider(provider);
        return undefined;
      },
    ],
  ])('counts decisions and measures their duration with %s', async (_which, options) => {
    const { measured } = instrument(options);
    const handling = await startHandling(ROUTER, answer);
    await handling.deliver({ id: 'a' });
    await handling.deliver({ id: 'b' });
    await handling.deliver({ id: 'b' });
    await handling.deliver({ headers: { 'X-Hub-Signature-256': 'sha256=00' } });
    await handling.ended(4);

    const { 'hooklatch.decisions': count, 'hooklatch.delivery.duration': duration } = await measured();
    expect(count!.descriptor).toMatchObject({ unit: '{decision}' });
    expect(count!.dataPoints.map((point) => [point.attributes, point.value])).toEqual([
      [attributes('accepted'), 2],
      [attributes('duplicate'), 1],
      [attributes('refused', 'ERR_WEBHOOK_HEADER'), 1],
    ]);
    expect(duration!.descriptor.unit).toBe('s');
    const points = duration!.dataPoints as unknown as readonly {
      readonly attributes: object;
      readonly value: {
        readonly count: number;
        readonly sum: number;
        readonly buckets: { boundaries: number[] };
      };
    }[];
    expect(points.map((point) => [point.attributes, point.value.count])).toEqual([
      [attributes('accepted'), 2],
      [attributes('duplicate'), 1],
      [attributes('refused'), 1],
    ]);
    const seconds =
      handling.decisions.slice(0, 2).reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
    expect(points[0]!.value.sum).toBeCloseTo(seconds, 6);
    expect(points[0]!.value.buckets.boundaries.at(0)).toBe(0.005);
    expect(points[0]!.value.buckets.boundaries.at(-1)).toBe(10);
  });

  it.each(SETTINGS)('adds what was decided to the span of the request: %s', async (_name, setting) => {
    instrument((meterProvider) => ({ meterProvider }));
    // The handler has a span of its own, in which it answers.
    const handle: Handle = async (res) => {
      await Promise.resolve();
      const inner = tracer.startSpan('handler');
      context.with(trace.setSpan(context.active(), inner), () => res.sendStatus(204));
      inner.end();
    };
    const handling = await startHandling({ ...setting, before: traced }, handle);
    expect((await handling.deliver()).status).toBe(204);
    expect(await attributesOf()).toEqual(attributes('accepted'));
    expect(await attributesOf('handler')).toEqual({});
    await handling.ended(1);
  });

  it.each<[string, Handle, object, string]>([
    ['refused', answer, { headers: { 'X-Hub-Signature-256': undefined } }, 'ERR_WEBHOOK_HEADER'],
    ['failed', () => Promise.reject(new Error('no')), {}, 'ERR_WEBHOOK_HANDLER'],
  ])('adds the code of what was %s to it', async (outcome, handle, sent, code) => {
    instrument((meterProvider) => ({ meterProvider }));
    const handling = await startHandling({ ...ROUTER, before: traced }, handle);
    const headers = { 'X-Hub-Signature-256': 'sha256=00' };
    await handling.deliver(outcome === 'refused' ? { ...sent, headers } : {});
    expect(await attributesOf()).toEqual(attributes(outcome, code));
  });

  it('adds a refusal of the steps alone to it', async () => {
    instrument((meterProvider) => ({ meterProvider }));
    const { port } = await start((app) => {
      app.use(traced, captureRawBody(), verifySignature({ provider: github, secret: SECRET }));
      app.use(webhookErrors({ onDecision: jest.fn() }));
    });
    expect((await send(port, { body: '{}' })).status).toBe(401);
    expect(await attributesOf()).toEqual(attributes('refused', 'ERR_WEBHOOK_HEADER'));
  });

  it('has nothing that a sender can choose in it', async () => {
    const { measured } = instrument((meterProvider) => ({ meterProvider }));
    const handling = await startHandling({ ...ROUTER, before: traced }, answer);
    await handling.deliver({ id: 'chosen', path: '/chosen?chosen' });
    await handling.ended(1);
    const all = JSON.stringify([await measured(), await attributesOf()]);
    expect(all).toContain('"hooklatch.outcome":"accepted"');
    for (const text of ['chosen', '127.0.0.1', 'push']) expect(all).not.toContain(text);
  });

  it('stops', async () => {
    const { measured, stop } = instrument((meterProvider) => ({ meterProvider }));
    const handling = await startHandling({ ...ROUTER, before: traced }, answer);
    await handling.deliver({ id: 'a' });
    await handling.ended(1);
    expect(await attributesOf()).toEqual(attributes('accepted'));
    stop();
    spans.reset();
    await handling.deliver({ id: 'b' });
    await handling.ended(2);
    expect((await measured())['hooklatch.decisions']!.dataPoints).toMatchObject([{ value: 1 }]);
    expect(await attributesOf()).toEqual({});
  });

  it('changes no answer where a meter throws, and warns once', async () => {
    const broken = {
      createCounter: () => ({ add: () => raise() }),
      createHistogram: () => ({ record: () => raise() }),
    };
    stops.push(instrumentHooklatch({ meter: broken as unknown as Meter }));
    const handling = await startHandling(ROUTER, answer);
    for (const id of ['a', 'b']) expect((await handling.deliver({ id })).status).toBe(200);
    await handling.ended(2);
    expect(warnings).toEqual([expect.stringContaining('instrumentHooklatch()')]);
  });

  it.each([
    [
      { meter: null },
      'option "meter" must be an object of OpenTelemetry with createCounter and createHistogram',
    ],
    [{ meter: {} }, 'option "meter" must be'],
    [{ inbox: {} }, 'option "inbox" must be an inbox with a view'],
    [{ tracerProvider: {} }, 'option "tracerProvider" must be an object of OpenTelemetry with getTracer'],
    [{ meterProvider: {} }, 'option "meterProvider" must be an object of OpenTelemetry with getMeter'],
    [{ meters: 1 }, 'unknown option "meters"; the options are meter, meterProvider, tracerProvider, inbox'],
  ])('refuses %p', (options, message) => {
    const call = () => instrumentHooklatch(options as unknown as InstrumentHooklatchOptions);
    expect(typeErrorOf(call)).toContain(`instrumentHooklatch(): ${message}`);
  });
});

describe('hooklatch:answer', () => {
  const seen: [string, Decision][] = [];
  const onAnswer = (message: unknown) => seen.push(['answer', (message as { decision: Decision }).decision]);
  const onDecision = (message: unknown) =>
    seen.push(['decision', (message as { decision: Decision }).decision]);
  beforeEach(() => {
    seen.length = 0;
    subscribe('hooklatch:answer', onAnswer);
    subscribe('hooklatch:decision', onDecision);
    stops.push(
      () => unsubscribe('hooklatch:answer', onAnswer),
      () => unsubscribe('hooklatch:decision', onDecision),
    );
  });

  it('is published when the answer is given, before the store was told', async () => {
    let tell = (): void => undefined;
    const told = new Promise<boolean>((resolve) => (tell = () => resolve(true)));
    const store: DuplicateStore = {
      claim: () => 'claimed',
      complete: () => told,
      release: () => true,
      renew: () => true,
    };
    const handling = await startHandling(ROUTER, answer, { store });
    expect((await handling.deliver()).status).toBe(200);
    expect(seen).toMatchObject([['answer', { outcome: 'accepted', status: 200 }]]);
    tell();
    await handling.ended(1);
    expect(seen).toMatchObject([
      ['answer', {}],
      ['decision', { outcome: 'accepted', status: 200 }],
    ]);
  });

  it('reaches who subscribes while a delivery is being handled', async () => {
    for (const stop of stops.splice(0)) stop();
    const handling = await startHandling(ROUTER, (res) => {
      subscribe('hooklatch:answer', onAnswer);
      stops.push(() => unsubscribe('hooklatch:answer', onAnswer));
      res.sendStatus(200);
    });
    await handling.deliver();
    expect(seen).toMatchObject([['answer', { outcome: 'accepted' }]]);
  });

  it.each(['hooklatch:answer', 'hooklatch:decision'])(
    'keeps the context of the delivery for %s',
    async (to) => {
      for (const stop of stops.splice(0)) stop();
      const storage = new AsyncLocalStorage<string>();
      const contexts: unknown[] = [];
      const note = (): unknown => contexts.push(storage.getStore());
      subscribe(to, note);
      stops.push(() => unsubscribe(to, note));
      const before: RequestHandler = (_req, _res, next) => storage.run('request', next);
      const handling = await startHandling({ ...ROUTER, before }, (res) =>
        storage.run('handler', () => res.sendStatus(200)),
      );
      await handling.deliver();
      await handling.ended(1);
      await eventually(() => contexts.length > 0);
      expect(contexts).toEqual(['request']);
    },
  );

  it('changes no answer where it cannot be made', async () => {
    const { port } = await start((app) => {
      app.use(webhookGuard({ provider: github, secret: SECRET, clock: () => 8.64e15 + 1 }));
      app.use((_req, res) => void res.sendStatus(204));
    });
    expect((await send(port, { headers: signed(github, '{}', { now: NOW }), body: '{}' })).status).toBe(204);
    expect(seen).toEqual([]);
  });
});

function raise(): never {
  throw new Error('of the meter');
}

describe('the attempts of an inbox', () => {
  it('are counted, and measured in seconds', async () => {
    const { measured, stop } = instrument((meterProvider) => ({ meterProvider }));
    const attempt = { provider: 'stripe', outcome: 'done', code: null, durationMs: 20, waitedMs: 5000 };
    const attempts = channel('hooklatch:attempt');
    attempts.publish({ attempt });
    attempts.publish({ attempt: { ...attempt, outcome: 'retry', code: 'ERR_WEBHOOK_HANDLER' } });
    const metrics = await measured();
    const points = (name: string) => metrics[name]!.dataPoints.map(({ attributes }) => attributes);
    expect(points('hooklatch.attempts')).toEqual([
      { 'hooklatch.provider': 'stripe', 'hooklatch.outcome': 'done' },
      {
        'hooklatch.provider': 'stripe',
        'hooklatch.outcome': 'retry',
        'hooklatch.code': 'ERR_WEBHOOK_HANDLER',
      },
    ]);
    expect(metrics['hooklatch.attempt.wait']!.dataPoints[0]!.value).toMatchObject({ sum: 5 });
    expect(metrics['hooklatch.attempt.duration']!.dataPoints[0]!.value).toMatchObject({ sum: 0.02 });
    stop();
    attempts.publish({ attempt });
    expect((await measured())['hooklatch.attempts']!.dataPoints[0]!.value).toBe(1);
  });

  it('harm nothing where the meter throws', () => {
    instrument((meterProvider) => ({ meterProvider }));
    channel('hooklatch:attempt').publish({});
    expect(warnings).toContainEqual(expect.stringMatching(/an attempt was not counted/));
  });
});

describe('the spans and gauges of an inbox', () => {
  const named = (name: string) => spans.getFinishedSpans().filter((span) => span.name === name);

  it('link each attempt to the request that has stored the delivery, in a trace of its own', async () => {
    instrument((meterProvider) => ({ meterProvider, tracerProvider: tracers }));
    let tries = 0;
    const inside: unknown[] = [];
    const inbox = openInbox({ retry: { delayMs: () => 1 }, onAttempt: () => undefined });
    const { port } = await start((app) => {
      app.use(traced);
      const events = {
        push: () => {
          inside.push(trace.getActiveSpan()?.spanContext().spanId);
          tries += 1;
          if (tries === 1) throw new Error('not yet');
        },
      };
      app.use(
        webhookRouter({ provider: github, secret: SECRET, inbox, events, onDecision: () => undefined }),
      );
    });
    const headers = signed(github, '{}', { event: 'push' });
    expect((await send(port, { headers, body: '{}' })).status).toBe(200);
    await eventually(() => named('hooklatch attempt github').length === 2);
    const [server] = named('server');
    const attempts = named('hooklatch attempt github');
    const { traceId, spanId } = server!.spanContext();
    for (const span of attempts) {
      expect(span.links).toMatchObject([{ context: { traceId, spanId, traceFlags: 1, isRemote: true } }]);
      expect(span.spanContext().traceId).not.toBe(traceId);
      expect(span.parentSpanContext).toBeUndefined();
    }
    expect(attempts.map(({ attributes }) => attributes)).toEqual([
      {
        'hooklatch.provider': 'github',
        'hooklatch.route': 'github',
        'hooklatch.attempt': 1,
        'hooklatch.outcome': 'failed',
        'hooklatch.code': 'ERR_WEBHOOK_HANDLER',
      },
      expect.objectContaining({ 'hooklatch.attempt': 2, 'hooklatch.outcome': 'done' }),
    ]);
    expect(attempts.map(({ status }) => status)).toEqual([{ code: 2 }, { code: 0 }]);
    expect(inside).toEqual(attempts.map((span) => span.spanContext().spanId));
  });

  it('have no link where no request was recorded, or what is stored is none', async () => {
    instrument((meterProvider) => ({ meterProvider, tracerProvider: tracers }));
    const inbox = openInbox({ onAttempt: () => undefined });
    inbox.work('r', () => undefined);
    const { meta } = makeStored(1);
    await inbox.put(makeStored(1));
    await inbox.put(makeStored(2, { meta: { ...meta, traceparent: `00-${'0'.repeat(32)}-x-01` } }));
    await eventually(() => named('hooklatch attempt r').length === 2);
    expect(named('hooklatch attempt r').flatMap(({ links }) => links)).toEqual([]);

    const { port } = await start((app) => {
      const router = { provider: github, secret: SECRET, inbox, onDecision: () => undefined };
      app.use(webhookRouter({ ...router, events: { push: () => undefined } }));
    });
    expect((await send(port, { headers: signed(github, '{}', { event: 'push' }), body: '{}' })).status).toBe(
      200,
    );
    expect((await inbox.view.show('3'))?.meta?.traceparent).toBeUndefined();
  });

  it('change nothing where a tracer throws, and warn once', async () => {
    const broken = { getTracer: () => raise() };
    stops.push(instrumentHooklatch({ tracerProvider: broken }));
    const handled: unknown[] = [];
    const inbox = openInbox({ onAttempt: () => undefined });
    inbox.work('r', ({ id }) => handled.push(id));
    await inbox.put(makeStored(1));
    await inbox.put(makeStored(2));
    await eventually(() => handled.length === 2);
    expect(warnings).toEqual([expect.stringContaining('the tracer threw')]);
  });

  it('measure the age of the oldest, and count by state', async () => {
    const now = Date.now();
    const inbox = openInbox({ work: false, clock: () => now });
    const { measured, stop } = instrument((meterProvider) => ({ meterProvider, inbox }));
    const read = async (name: string) => (await measured())[name]?.dataPoints;
    expect(await read('hooklatch.inbox.oldest_age')).toMatchObject([{ value: 0 }]);
    await inbox.put(makeStored(1, { receivedAt: now - 90_000 }));
    await inbox.put(makeStored(2, { receivedAt: now - 10_000 }));
    expect(await read('hooklatch.inbox.oldest_age')).toMatchObject([{ value: 90 }]);
    const points = await read('hooklatch.inbox.deliveries');
    expect(points!.map(({ attributes, value }) => [attributes['hooklatch.state'], value])).toEqual([
      ['waiting', 2],
      ['running', 0],
      ['behind', 0],
      ['done', 0],
      ['dead', 0],
    ]);
    stop();
    // The SDK keeps the last value; the inbox is not asked any more.
    await inbox.put(makeStored(3, { receivedAt: now - 900_000 }));
    expect(await read('hooklatch.inbox.oldest_age')).toMatchObject([{ value: 90 }]);
  });

  it('have a gap where the inbox cannot be counted, and warn once', async () => {
    const inbox: { view: unknown } = { view: { counts: () => raise() } };
    const { measured } = instrument((meterProvider) => ({ meterProvider, inbox: inbox as Inbox }));
    for (let reads = 0; reads < 2; reads += 1) {
      expect((await measured())['hooklatch.inbox.oldest_age']).toBeUndefined();
    }
    expect(warnings).toEqual([expect.stringContaining('could not be counted')]);
    inbox.view = undefined;
    expect((await measured())['hooklatch.inbox.oldest_age']).toBeUndefined();
  });
});
