import { warnOnce } from '../request/warnings';

/** The attempt that a span is of. */
export interface TracedAttempt {
  readonly route: string;
  readonly provider: string;
  readonly attempt: number;
  /** The span of the request that stored the delivery, as `traceparent` of W3C Trace Context. */
  readonly traceparent: string | undefined;
}

/** The span of one attempt. */
export interface AttemptSpan {
  /** Calls a handler inside the span. */
  run<T>(task: () => T): T;
  end(outcome: 'done' | 'failed' | 'dead', code: string | null): void;
}

/** Makes spans; `hooklatch/otel` sets it, so that an inbox knows nothing of OpenTelemetry. */
export interface AttemptTracer {
  /** The active span as a `traceparent`, where one is recorded. */
  readonly describeActive: () => string | undefined;
  readonly begin: (attempt: TracedAttempt) => AttemptSpan;
}

const NO_SPAN: AttemptSpan = { run: (task) => task(), end: () => undefined };
const FAILED = 'instrumentHooklatch(): the tracer threw; an attempt has no span, or an incomplete one';

let tracer: AttemptTracer | undefined;

/** Sets the tracer of this process; returns what takes it away again. */
export function setAttemptTracer(next: AttemptTracer): () => void {
  tracer = next;
  return () => {
    if (tracer === next) tracer = undefined;
  };
}

/** The span that is active now, for a link from what is done later; nothing without a tracer. */
export function describeActiveSpan(): string | undefined {
  return runGuarded((own) => own.describeActive(), undefined);
}

/** Begins the span of an attempt. A tracer that fails changes nothing. */
export function beginSpan(attempt: TracedAttempt): AttemptSpan {
  const span = runGuarded((own) => own.begin(attempt), NO_SPAN);
  return {
    run: (task) => span.run(task),
    end: (outcome, code) => runGuarded(() => span.end(outcome, code), undefined),
  };
}

function runGuarded<T>(task: (own: AttemptTracer) => T, otherwise: T): T {
  if (tracer === undefined) return otherwise;
  try {
    return task(tracer);
  } catch {
    warnOnce('otel-span', FAILED);
    return otherwise;
  }
}
