import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import {
  context,
  isSpanContextValid,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Link,
  type Meter,
  type MeterProvider,
  type TracerProvider,
} from '@opentelemetry/api';
import type { Decision } from './core/delivery';
import { setAttemptTracer } from './inbox/attempt-span';
import { INBOX_STATES, type Inbox, type InboxAttempt } from './inbox/inbox';
import { warnOnce } from './request/warnings';
import { checkOptions, type OptionCheck, type OptionChecks } from './options';

/** Options of `instrumentHooklatch`. */
export interface InstrumentHooklatchOptions {
  /** The meter that counts. @default one named 'hooklatch' of `meterProvider` */
  readonly meter?: Meter | undefined;
  /** Where the meter comes from. @default the global one */
  readonly meterProvider?: MeterProvider | undefined;
  /** Where the tracer of the attempts of inboxes comes from. @default the global one */
  readonly tracerProvider?: TracerProvider | undefined;
  /** The inbox whose deliveries are counted, and the age of the oldest measured, whenever metrics are read. @default none */
  readonly inbox?: Inbox | undefined;
}

const CHECKS: OptionChecks = {
  meter: pickDefined('createCounter', 'createHistogram'),
  meterProvider: pickDefined('getMeter'),
  tracerProvider: pickDefined('getTracer'),
  inbox: {
    accepts: (value) => typeof (value as Partial<Inbox> | null)?.view?.counts === 'function',
    expects: 'an inbox with a view, such as sqliteInbox()',
  },
};

// Seconds: those that OpenTelemetry advises for requests, to which a delivery is compared.
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Counts the decisions of all guards and routers of this process, measures how long they took, and adds them to the
 * span of the request. Returns what stops it. Throws a `TypeError` for wrong options.
 */
export function instrumentHooklatch(options: InstrumentHooklatchOptions = {}): () => void {
  const checked = checkOptions('instrumentHooklatch()', options, CHECKS);
  const { meter: given, meterProvider = metrics, tracerProvider = trace, inbox } = checked;
  const meter = given ?? meterProvider.getMeter('hooklatch');
  const count = meter.createCounter('hooklatch.decisions', {
    description: 'Deliveries that were decided',
    unit: '{decision}',
  });
  const duration = meter.createHistogram('hooklatch.delivery.duration', {
    description: 'Time from the arrival of a delivery to its decision',
    unit: 's',
    advice: { explicitBucketBoundaries: BOUNDARIES },
  });

  const stops = [
    countAttempts(meter),
    traceAttempts(tracerProvider),
    ...(inbox === undefined ? [] : [measureInbox(meter, inbox)]),
  ];
  const onAnswer = listener(describeSpan);
  const onDecision = listener((decision) => {
    const { provider, outcome, durationMs } = decision;
    describeSpan(decision);
    count.add(1, listAttributes(decision));
    duration.record(durationMs / 1000, { 'hooklatch.provider': provider, 'hooklatch.outcome': outcome });
  });
  subscribe('hooklatch:answer', onAnswer);
  subscribe('hooklatch:decision', onDecision);
  return () => {
    unsubscribe('hooklatch:answer', onAnswer);
    unsubscribe('hooklatch:decision', onDecision);
    for (const stop of stops) stop();
  };
}

/** Counts the attempts to handle what an inbox has stored, and measures how long they took and were waited for. */
function countAttempts(meter: Meter): () => void {
  const count = meter.createCounter('hooklatch.attempts', {
    description: 'Attempts to handle a stored delivery',
    unit: '{attempt}',
  });
  const advice = { explicitBucketBoundaries: BOUNDARIES };
  const duration = meter.createHistogram('hooklatch.attempt.duration', {
    description: 'Time that a handler of an inbox took',
    unit: 's',
    advice,
  });
  const wait = meter.createHistogram('hooklatch.attempt.wait', {
    description: 'Time from the arrival of a delivery to an attempt',
    unit: 's',
    advice: { explicitBucketBoundaries: [...BOUNDARIES, 60, 600, 3600, 18_000] },
  });
  const onAttempt = (message: unknown): void => {
    try {
      const { provider, outcome, code, durationMs, waitedMs } = (message as { attempt: InboxAttempt })
        .attempt;
      const attributes = { 'hooklatch.provider': provider, 'hooklatch.outcome': outcome };
      count.add(1, code === null ? attributes : { ...attributes, 'hooklatch.code': code });
      duration.record(durationMs / 1000, attributes);
      wait.record(waitedMs / 1000, attributes);
    } catch {
      warnOnce('otel-attempt', 'instrumentHooklatch(): the meter threw; an attempt was not counted');
    }
  };
  subscribe('hooklatch:attempt', onAttempt);
  return () => unsubscribe('hooklatch:attempt', onAttempt);
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Gives each attempt a span of its own, with a link to the request that stored the delivery. */
function traceAttempts(tracerProvider: TracerProvider): () => void {
  return setAttemptTracer({
    describeActive() {
      const active = trace.getActiveSpan()?.spanContext();
      if (active === undefined || !isSpanContextValid(active)) return undefined;
      const { traceId, spanId, traceFlags } = active;
      return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
    },
    begin({ route, provider, attempt, traceparent }) {
      const attributes = {
        'hooklatch.provider': provider,
        'hooklatch.route': route,
        'hooklatch.attempt': attempt,
      };
      const links = readLinks(traceparent);
      const span = tracerProvider
        .getTracer('hooklatch')
        .startSpan(
          `hooklatch attempt ${route}`,
          { kind: SpanKind.CONSUMER, attributes, links },
          ROOT_CONTEXT,
        );
      return {
        run: (task) => context.with(trace.setSpan(ROOT_CONTEXT, span), task),
        end(outcome, code) {
          span.setAttribute('hooklatch.outcome', outcome);
          if (code !== null) {
            span.setAttribute('hooklatch.code', code);
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
        },
      };
    },
  });
}

function readLinks(traceparent: string | undefined): Link[] {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return [];
  return [{ context: { traceId, spanId, traceFlags: Number(`0x${flags}`), isRemote: true } }];
}

/** Measures an inbox whenever metrics are read; without an answer there is no point for that time. */
function measureInbox(meter: Meter, inbox: Inbox): () => void {
  const age = meter.createObservableGauge('hooklatch.inbox.oldest_age', {
    description: 'Time since the oldest delivery that has not ended was received',
    unit: 's',
  });
  const deliveries = meter.createObservableGauge('hooklatch.inbox.deliveries', {
    description: 'Deliveries in the inbox',
    unit: '{delivery}',
  });
  const observe: Parameters<Meter['addBatchObservableCallback']>[0] = async (result) => {
    try {
      const counts = await inbox.view?.counts();
      if (counts === undefined) return;
      result.observe(age, counts.oldestMs / 1000);
      for (const state of INBOX_STATES)
        result.observe(deliveries, counts[state], { 'hooklatch.state': state });
    } catch {
      warnOnce(
        'otel-inbox',
        'instrumentHooklatch(): the inbox could not be counted, so its metrics have a gap',
      );
    }
  };
  meter.addBatchObservableCallback(observe, [age, deliveries]);
  return () => meter.removeBatchObservableCallback(observe, [age, deliveries]);
}

/** The span that was active when the delivery arrived; where the store took its time, it has ended by the decision. */
function describeSpan(decision: Decision): void {
  const span = trace.getActiveSpan();
  if (span?.isRecording() === true) span.setAttributes(listAttributes(decision));
}

/** Only what has few values: nothing that a sender can choose. */
function listAttributes({ provider, outcome, code }: Decision): Attributes {
  return {
    'hooklatch.provider': provider,
    'hooklatch.outcome': outcome,
    ...(code === null ? {} : { 'hooklatch.code': code }),
  };
}

// Node ends the process when a subscriber throws.
function listener(record: (decision: Decision) => void): (message: unknown) => void {
  return (message) => {
    try {
      record((message as { readonly decision: Decision }).decision);
    } catch {
      warnOnce('otel', 'instrumentHooklatch(): the meter or the span threw; a decision was not counted');
    }
  };
}

function pickDefined(...names: readonly string[]): OptionCheck {
  return {
    accepts: (value) =>
      names.every((name) => typeof (value as Record<string, unknown> | null)?.[name] === 'function'),
    expects: `an object of OpenTelemetry with ${names.join(' and ')}`,
  };
}
