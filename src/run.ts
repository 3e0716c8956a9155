import type { NextFunction, Request, Response } from 'express';
import { isThenable, type Awaitable } from './awaitable';
import { WebhookError } from './errors';
import { describeThrown } from './options';
import type { Pipeline } from './pipeline-settings';
import { answerRefusal } from './request/answer';
import { answers } from './request/channels';
import { replayBody } from './request/replay-body';
import { isOut, isUntouched, onResponseEnd, statusSent, type ResponseListener } from './request/response-end';
import { makeRefusal } from './request/refuse';
import { beginState, type PipelineRun, type RequestState } from './request/state';
import { nameThrown, renewLeases, type Step, type StepResult } from './request/step';
import { warnOnce } from './request/warnings';
import { beginTrace, traces, type LiveTrace } from './trace/live-trace';

/**
 * One request on its way. Its steps run in a loop; then the next handler, or a refusal, answers. The delivery closes
 * when its response and its handler have ended and every store knows how.
 *
 * A class: its functions are not made anew for every request.
 */
export class Run implements ResponseListener, PipelineRun {
  readonly isEager = answers.hasSubscribers;
  private readonly state: RequestState;
  private readonly trace: LiveTrace | undefined;
  private steps: readonly Step[] = [];
  private position = 0;
  private refusal: WebhookError | undefined;
  private isWaiting = false;
  private isCounted = false;
  private isHandling = false;
  private isAnswered = false;
  private isRecorded = false;
  private isClosed = false;
  /** The status that went out, once the response has ended. */
  private status: number | undefined;

  constructor(
    private readonly pipeline: Pipeline,
    private readonly req: Request,
    private readonly res: Response,
    /** Outside Express, a guard may be called without it. */
    private readonly next: NextFunction | undefined,
  ) {
    const { options, refusal, report, clock } = pipeline;
    const { name } = options.provider;
    this.state = beginState(req, { now: clock(), provider: name, refusal, report });
    this.state.run = this;
    this.trace = traces.hasSubscribers ? beginTrace(req, res, this.state, options) : undefined;
  }

  begin(): void {
    const { steps, inFlight } = this.pipeline;
    this.isCounted = inFlight.begin();
    if (this.isEager || this.trace !== undefined || !isUntouched(this.res)) this.watch();
    if (this.isCounted) this.steps = this.trace?.watch(steps) ?? steps;
    this.goOn(this.isCounted ? undefined : makeRefusal(this.state, 'ERR_WEBHOOK_DRAINING'));
  }

  /** Goes on after a step that had this result. From the first pause on, leases are renewed. */
  private goOn(result: StepResult): void {
    this.isWaiting = false;
    try {
      if (result === undefined) this.runSteps();
      else this.refuseUnlessAnswered(result);
    } finally {
      // Also where a handler throws behind a guard that is used without Express.
      this.lookAtAnswer();
    }
    renewLeases(this.state, this.res);
  }

  /** Ends with an answer that is out already, as it mostly is: only another one needs to be watched. */
  private lookAtAnswer(): void {
    if (this.isWaiting || this.state.watchEnd !== undefined) return;
    if (!isOut(this.res)) {
      this.watch();
      return;
    }
    const status = statusSent(this.res);
    this.answered(status);
    this.ended(status);
  }

  watch(): void {
    this.state.watchEnd ??= onResponseEnd(this.res, this);
  }

  /** Runs the steps that are left, until one ends the run or needs time. */
  private runSteps(): void {
    for (;;) {
      const step = this.steps[this.position];
      if (step === undefined) {
        this.handOver();
        return;
      }
      this.position += 1;
      const result = this.runStep(step);
      if (result === undefined) continue;
      if (isThenable(result)) this.wait(result);
      else this.refuseUnlessAnswered(result);
      return;
    }
  }

  private runStep(step: Step): Awaitable<StepResult> {
    try {
      return step(this.state, this.req, this.res);
    } catch (thrown) {
      return this.refuseThrown(thrown);
    }
  }

  private wait(result: PromiseLike<StepResult>): void {
    this.isWaiting = true;
    // While a small body arrives nothing is answered, and its reader hears of a client that leaves.
    if (!this.state.isReadingBody) this.watch();
    void result.then(
      (later) => this.goOn(later),
      (thrown: unknown) => this.goOn(this.refuseThrown(thrown)),
    );
  }

  private refuseUnlessAnswered(result: WebhookError | 'answered'): void {
    if (result !== 'answered') this.refuse(result);
  }

  /** Hands a verified delivery to the handler behind the guard, whose errors are not ours to catch. */
  private handOver(): void {
    if (this.next === undefined) {
      this.refuse(this.refuseWithoutNext());
      return;
    }
    replayBody(this.req);
    this.next();
  }

  private refuse(refusal: WebhookError): void {
    const { isRecorded } = this;
    this.isHandling = false;
    this.refusal = refusal;
    if (this.pipeline.options.errors === 'next' && this.next !== undefined) {
      this.next(refusal);
    } else {
      // A middleware that compresses may still be sending the whole answer of the handler: it is not to be cut.
      if (!this.isAnswered) answerRefusal(this.req, this.res, refusal);
      if (isRecorded && refusal.code === 'ERR_WEBHOOK_HANDLER') this.handlerFailedLate(refusal);
      // Where the handler fails after its answer, the decision waits for the store.
      if (this.status === undefined) this.record(this.res.statusCode);
    }
    this.closeWhenDone();
  }

  private refuseWithoutNext(): WebhookError {
    warnOnce(
      'no-next',
      'a guard was called without "next", so that no handler gets what it has verified: call guard(req, res, next) ' +
        'with a function that handles the delivery, or use webhookRouter(), which needs none',
    );
    return makeRefusal(this.state, 'ERR_WEBHOOK_SETUP');
  }

  private refuseThrown(thrown: unknown): WebhookError {
    if (thrown instanceof WebhookError) return thrown;
    const error = nameThrown(thrown);
    const kind = error instanceof Error ? `${error.name}: ` : '';
    warnOnce('unexpected', `a webhook could not be received: ${kind}${describeThrown(error)}`);
    return makeRefusal(this.state, 'ERR_WEBHOOK_SETUP', error);
  }

  answered(status: number): void {
    this.isAnswered = true;
    this.pipeline.recorder.answered(this.req, this.state, status, this.refusal);
    for (const lease of this.state.leases) lease.onAnswered(status);
  }

  ended(status: number): void {
    this.status = status;
    this.closeWhenDone();
  }

  // A handler that sees its client leave need not end the answer: it gets no more time than any other.
  left(): void {
    const abandon = (): void => {
      this.stopCounting();
      this.refusal ??= makeRefusal(this.state, 'ERR_WEBHOOK_TIMEOUT');
      this.record(this.refusal.status);
    };
    setTimeout(abandon, this.pipeline.handlerTimeoutMs).unref();
  }

  handlerBegan(): void {
    this.isHandling = true;
  }

  handlerEnded(): void {
    this.isHandling = false;
    this.closeWhenDone();
  }

  handlerFailedLate(error: WebhookError): void {
    this.pipeline.recorder.record(this.req, this.state, statusSent(this.res), error);
  }

  /** Closes once the response has ended, the handler has, and every store knows how. */
  private closeWhenDone(): void {
    const { status, isHandling } = this;
    if (status === undefined || isHandling) return;
    let left = 1;
    const closeLast = (): void => {
      left -= 1;
      if (left === 0) this.close(status);
    };
    for (const lease of this.state.leases) {
      left += 1;
      lease.whenSettled(closeLast);
    }
    closeLast();
  }

  private close(status: number): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stopCounting();
    this.record(status);
    this.trace?.end(status, this.refusal);
  }

  private record(status: number): void {
    if (this.isRecorded) return;
    this.isRecorded = true;
    this.pipeline.recorder.record(this.req, this.state, status, this.refusal);
  }

  private stopCounting(): void {
    if (this.isCounted) this.pipeline.inFlight.end();
    this.isCounted = false;
  }
}
