import { channel } from 'node:diagnostics_channel';
import type { TLSSocket } from 'node:tls';
import type { Request, Response } from 'express';
import type { TraceStep } from './trace';
import type { WebhookError } from '../errors';
import { describeThrown } from '../options';
import { makeDecision, runSafely } from '../request/decisions';
import type { RequestState } from '../request/state';
import type { Step } from '../request/step';
import { makeTrace, type TraceSettings } from './make-trace';
import { recordAnswer, recordBody, whenUploaded } from './record-exchange';
import { watchSteps } from './watch-steps';

/**
 * The `node:diagnostics_channel` of traces, for development alone: its subscribers get a `Trace` of every delivery,
 * with bytes and steps. Without a subscriber none is built.
 */
export const traces = channel('hooklatch:trace');

const MAX_THROWN = 4096;

/** A trace that is being written. */
export interface LiveTrace {
  readonly watch: (steps: readonly Step[]) => readonly Step[];
  readonly end: (status: number, error: WebhookError | undefined) => void;
}

/**
 * Begins to write down what happens to a request, and publishes it when it was answered. `undefined` where a platform has
 * put properties on the request that throw when read: the step that needs one says so.
 */
export function beginTrace(...begun: Parameters<typeof writeTrace>): LiveTrace | undefined {
  try {
    return writeTrace(...begun);
  } catch {
    return undefined;
  }
}

function writeTrace(req: Request, res: Response, state: RequestState, settings: TraceSettings): LiveTrace {
  const answerOf = recordAnswer(res);
  const bodyOf = recordBody(req);
  // Asked now: a socket that has ended no longer knows its port.
  const origin = readOrigin(req);
  let stepsOf: (status: number) => readonly TraceStep[] = () => [];
  return {
    watch(steps) {
      const watched = watchSteps(steps, state);
      stepsOf = watched.results;
      return watched.steps;
    },
    end(status, error) {
      runSafely(() => {
        const decision = makeDecision(req, state, status, error);
        const steps = stepsOf(status);
        const answer = { status, ...answerOf() };
        const thrown = showThrown(error?.cause);
        whenUploaded(req, () => {
          const seen = { origin, decision, steps, answer, thrown, body: state.rawBody ?? bodyOf() };
          traces.publish(makeTrace(req, state, settings, seen));
        });
      });
    },
  };
}

/** An error with its stack, cut where it is long. */
function showThrown(thrown: unknown): string | null {
  if (thrown === undefined) return null;
  const { stack } = Object(thrown) as { readonly stack?: unknown };
  return (typeof stack === 'string' ? stack : describeThrown(thrown)).slice(0, MAX_THROWN);
}

/** `http://127.0.0.1:3000`, by the end of the socket that is ours. */
function readOrigin({ socket }: Request): string {
  const { encrypted = false, localAddress = 'localhost', localPort = 80 } = socket as Partial<TLSSocket>;
  const address = localAddress.replace(/^::ffff:(?=\d)/, '');
  const host = address.includes(':') ? `[${address}]` : address;
  return `${encrypted ? 'https' : 'http'}://${host}:${localPort}`;
}
