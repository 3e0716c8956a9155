import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { Pipeline, PipelineOptions } from './pipeline-settings';
import { completeRequest } from './request/bare-request';
import { makeRecorder } from './request/decisions';
import { InFlight } from './request/in-flight';
import { shareShape } from './request/shared-shape';
import type { Step } from './request/step';
import { warn } from './request/warnings';
import { Run } from './run';

/** Runs one request. Outside Express it may be one of `node:http` alone, and `next` may be missing. */
export type RunRequest = (
  req: IncomingMessage,
  res: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

/** Runs the steps of one request, then answers and records, or hands over to Express. */
export function makePipeline(
  options: PipelineOptions,
  steps: readonly Step[],
): { readonly run: RunRequest; readonly drain: () => Promise<void> } {
  const { provider, refusalStatus = provider.refusal.status, clock = () => Date.now() } = options;
  const { handlerTimeoutMs = provider.handlerTimeoutMs ?? 25_000 } = options;
  const inFlight = new InFlight();
  const report = options.mode === 'report';
  if (report) {
    warn(`a guard of ${provider.name} has the mode 'report': deliveries that are not authentic are let in`);
  }
  const pipeline: Pipeline = {
    options,
    steps,
    refusal: { ...provider.refusal, status: refusalStatus },
    report,
    clock,
    handlerTimeoutMs,
    recorder: makeRecorder(options.onDecision),
    inFlight,
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
      shareShape(req);
      shareShape(res);
      // The casts are safe: it has all properties now that the steps read of a request of Express.
      new Run(pipeline, req as Request, res as Response, next).begin();
    },
    drain: () => inFlight.drain(),
  };
}
