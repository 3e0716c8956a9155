import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Provider } from './core/provider';
import { WebhookError, type Refusal } from './errors';
import { describeThrown } from './options';
import { answerRefusal } from './request/answer';
import { answers } from './request/channels';
import { makeRecorder, type OnDecision, type Recorder } from './request/decisions';
import { completeRequest } from './request/bare-request';
import { beginState, makeRefusal, type RequestState, type PipelineRun } from './request/state';
import type { TraceSettings } from './trace/make-trace';
import { onResponseEnd, statusSent, type ResponseListener } from './request/response-end';
import { replayBody } from './request/replay-body';
import { beginTrace, traces, type LiveTrace } from './trace/live-trace';
import { warn, warnOnce } from './request/warnings';

/** The options of a guard that say how it answers and records. */
export interface PipelineOptions extends TraceSettings {
  readonly provider: Provider;
  readonly refusalStatus?: number | undefined;
  readonly mode?: 'enforce' | 'report' | undefined;
  readonly errors?: 'respond' | 'next' | undefined;
  readonly handlerTimeoutMs?: number | undefined;
  readonly onDecision?: OnDecision | undefined;
  readonly clock?: (() => number) | undefined;
}

/** What is the same for every request of a guard. */
interface Pipeline {
  readonly options: PipelineOptions;
  readonly steps: readonly RequestHandler[];
  readonly refusal: Refusal;
  readonly report: boolean;
  readonly clock: () => number;
  readonly handlerTimeoutMs: number;
  readonly recorder: Recorder;
  readonly flights: InFlight;
}

/** Runs one request. Outside Express it may be one of `node:http` alone, and `next` may be missing. */
export type RunRequest = (
  req: IncomingMessage,
  res: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** Runs the steps of one request, then answers and records, or hands over to Express. */
export function makePipeline(
  options: PipelineOptions,
  steps: readonly RequestHandler[],
): { readonly run: RunRequest; readonly drain: () => Promise<void> } {
  const { provider, refusalStatus = provider.refusal.status, clock = () => Date.now() } = options;
  const { handlerTimeoutMs = provider.handlerTimeoutMs ?? 25_000 } = options;
  const flights = new InFlight();
  const report = options.mode === 'report';
  if (report) {
    warn(`a guard of ${provider.name} has the mode 'report': deliveries that are not authentic are let in`);
  }
  const course: Pipeline = {
    options,
    steps,
    refusal: { ...provider.refusal, status: refusalStatus },
    report,
    clock,
    handlerTimeoutMs,
    recorder: makeRecorder(options.onDecision),
    flights,
  };
  return {
    run(req, res, next) {
      try {
        completeRequest(req, res);
      } catch (error) {
        // There is nothing to answer with.
        if (next === undefined) throw error;
        next(error);
        return;
      }
      // By now it has all that the steps read of a request of Express.
      new Run(course, req as Request, res as Response, next).begin();
    },
    drain: () => flights.drain(),
  };
}

/** One request on its way through the steps. A class: its functions are not made anew for every request. */
class Run implements ResponseListener, PipelineRun {
  readonly isEager = answers.hasSubscribers;
  private readonly exchange: RequestState;
  private readonly trace: LiveTrace | undefined;
  private steps: readonly RequestHandler[] = [];
  private index = 0;
  private over = false;
  private refused: WebhookError | undefined;
  private recorded = false;
  private flying = false;
  private closed = false;
  private isAnswered = false;
  private handling = false;
  private status: number | undefined;
  /** Set as the run begins, before any step reads it. */
  watchEnd!: () => void;

  constructor(
    private readonly course: Pipeline,
    private readonly req: Request,
    private readonly res: Response,
    /** Outside Express, a guard may be called without it. */
    private readonly handOver: NextFunction | undefined,
  ) {
    const { options, refusal, report, clock } = course;
    const { name } = options.provider;
    this.exchange = beginState(req, { now: clock(), provider: name, refusal, report });
    this.exchange.run = this;
    this.trace = traces.hasSubscribers ? startTrace(req, res, this.exchange, options) : undefined;
  }

  begin(): void {
    this.flying = this.course.flights.begin();
    this.watchEnd = onResponseEnd(this.res, this);
    if (!this.flying) {
      this.conclude(makeRefusal(this.req, 'ERR_WEBHOOK_DRAINING'));
      return;
    }
    const { steps } = this.course;
    this.steps = this.trace?.watch(steps) ?? steps;
    this.next();
  }

  answered(status: number): void {
    this.isAnswered = true;
    this.course.recorder.answered(this.req, this.exchange, status, this.refused);
    for (const lease of this.exchange.leases) lease.onAnswered(status);
  }

  ended(status: number): void {
    this.status = status;
    this.closeWhenTold();
  }

  handlerBegan(): void {
    this.handling = true;
  }

  handlerEnded(): void {
    this.handling = false;
    this.closeWhenTold();
  }

  handlerFailedLate(error: WebhookError): void {
    this.course.recorder.record(this.req, this.exchange, statusSent(this.res), error);
  }

  // A handler that sees its client leave need not end the answer: nobody waits for it longer than for any other.
  left(): void {
    const abandon = (): void => {
      this.land();
      this.refused ??= makeRefusal(this.req, 'ERR_WEBHOOK_TIMEOUT');
      this.record(this.refused.status);
    };
    setTimeout(abandon, this.course.handlerTimeoutMs).unref();
  }

  /** What each step calls: the next step, or the end of the run with what a step threw or handed on. */
  private readonly next = (thrown?: unknown): void => {
    if (this.over) return;
    const step = thrown === undefined ? this.steps[this.index] : undefined;
    if (step === undefined) {
      this.over = true;
      if (thrown !== undefined)
        this.conclude(thrown instanceof WebhookError ? thrown : this.unexpected(thrown));
      else if (this.handOver === undefined) this.conclude(this.lacksNext());
      else {
        replayBody(this.req);
        this.handOver();
      }
      return;
    }
    this.index += 1;
    try {
      void step(this.req, this.res, this.next);
    } catch (error) {
      // What happens behind the last step is not ours to catch.
      if (this.isOver()) throw error;
      this.next(error ?? new Error('undefined was thrown'));
    }
  };

  // A step may have ended the run.
  private isOver(): boolean {
    return this.over;
  }

  private conclude(error: WebhookError): void {
    const { recorded } = this;
    this.handling = false;
    this.refused = error;
    if (this.course.options.errors === 'next' && this.handOver !== undefined) {
      this.handOver(error);
    } else {
      // A middleware that compresses may still be sending the whole answer of the handler: it is not to be cut.
      if (!this.isAnswered) answerRefusal(this.req, this.res, error);
      if (recorded && error.code === 'ERR_WEBHOOK_HANDLER') this.handlerFailedLate(error);
      // Where the handler fails after its answer, the decision waits for the store.
      if (this.status === undefined) this.record(this.res.statusCode);
    }
    this.closeWhenTold();
  }

  private lacksNext(): WebhookError {
    warnOnce(
      'no-next',
      'a guard was called without "next", so that no handler gets what it has verified: call guard(req, res, next) ' +
        'with a function that handles the delivery, or use webhookRouter(), which needs none',
    );
    return makeRefusal(this.req, 'ERR_WEBHOOK_SETUP');
  }

  private unexpected(thrown: unknown): WebhookError {
    const kind = thrown instanceof Error ? `${thrown.name}: ` : '';
    warnOnce('unexpected', `a webhook could not be received: ${kind}${describeThrown(thrown)}`);
    return makeRefusal(this.req, 'ERR_WEBHOOK_SETUP', thrown);
  }

  /** Closes once the response has ended, the handler has, and every store was told. */
  private closeWhenTold(): void {
    const { status, handling } = this;
    if (status === undefined || handling) return;
    let left = 1;
    const told = (): void => {
      left -= 1;
      if (left === 0) this.close(status);
    };
    for (const lease of this.exchange.leases) {
      left += 1;
      lease.whenSettled(told);
    }
    told();
  }

  private close(status: number): void {
    if (this.closed) return;
    this.closed = true;
    this.land();
    this.record(status);
    this.trace?.end(status, this.refused);
  }

  private record(status: number): void {
    if (this.recorded) return;
    this.recorded = true;
    this.course.recorder.record(this.req, this.exchange, status, this.refused);
  }

  private land(): void {
    if (this.flying) this.course.flights.end();
    this.flying = false;
  }
}

// What a platform has put on the request may throw where it is read: the step that needs it says so.
function startTrace(...begun: Parameters<typeof beginTrace>): LiveTrace | undefined {
  try {
    return beginTrace(...begun);
  } catch {
    return undefined;
  }
}

/** Counts the deliveries in flight, so that one can wait for their end. */
class InFlight {
  private count = 0;
  private draining = false;
  private readonly waiting: (() => void)[] = [];

  /** Whether one more may begin. */
  begin(): boolean {
    if (this.draining) return false;
    this.count += 1;
    return true;
  }

  end(): void {
    this.count -= 1;
    if (this.count === 0) for (const resolve of this.waiting.splice(0)) resolve();
  }

  drain(): Promise<void> {
    this.draining = true;
    return this.count === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }
}
