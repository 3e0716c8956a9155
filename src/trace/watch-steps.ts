import type { RequestHandler } from 'express';
import { WebhookError, type WebhookErrorCode } from '../errors';
import type { TraceStep } from './trace';
import type { RequestState } from '../request/state';

interface Watched extends Pick<TraceStep, 'name'> {
  state: TraceStep['state'];
  code: WebhookErrorCode | null;
  startedAt: number | undefined;
  endedAt: number | undefined;
}

/** The same steps, each with a watch on it, and what they did so far. */
export function watchSteps(
  steps: readonly RequestHandler[],
  state: RequestState,
): { readonly steps: readonly RequestHandler[]; readonly results: () => readonly TraceStep[] } {
  const watched = steps.map((step) => {
    const record: Watched = {
      name: stepName(step.name),
      state: 'skipped',
      code: null,
      startedAt: undefined,
      endedAt: undefined,
    };
    return { step, record };
  });
  const records = watched.map(({ record }) => record);
  return {
    steps: watched.map(({ step, record }) => watch(step, record, state)),
    results() {
      const end = performance.now();
      const last = records.at(-1);
      // A guard hands over to a handler that is not one of its steps.
      const isHandedOn = last?.endedAt !== undefined && last.state !== 'failed';
      const handler: Watched = {
        name: 'handler',
        state: 'answered',
        code: null,
        startedAt: last?.endedAt,
        endedAt: end,
      };
      return [...records, ...(isHandedOn ? [handler] : [])].map(
        ({ name, state, code, startedAt, endedAt = end }) => ({
          name,
          state,
          code,
          durationMs: startedAt === undefined ? null : Math.round((endedAt - startedAt) * 1000) / 1000,
        }),
      );
    },
  };
}

function watch(step: RequestHandler, record: Watched, state: RequestState): RequestHandler {
  return function watchedStep(req, res, next) {
    const before = state.waived;
    const end = (state: TraceStep['state'], code: WebhookErrorCode | null): void => {
      if (record.endedAt !== undefined) return;
      Object.assign(record, { state, code, endedAt: performance.now() });
    };
    record.state = 'answered';
    record.startedAt = performance.now();
    try {
      return step(req, res, (thrown?: unknown) => {
        const { waived } = state;
        if (thrown !== undefined) end('failed', readCode(thrown));
        else if (waived !== undefined && waived !== before) end('waived', waived);
        else end('passed', null);
        next(thrown);
      });
    } catch (error) {
      end('failed', readCode(error));
      throw error;
    }
  };
}

function readCode(thrown: unknown): WebhookErrorCode {
  return thrown instanceof WebhookError ? thrown.code : 'ERR_WEBHOOK_SETUP';
}

/** `requireHttpsMiddleware` → `require-https` */
function stepName(name: string): string {
  return name.replace(/Middleware$/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
