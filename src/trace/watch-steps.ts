import { isThenable } from '../awaitable';
import { WebhookError, type WebhookErrorCode } from '../errors';
import type { TraceStep } from './trace';
import type { RequestState } from '../request/state';
import type { Step, StepResult } from '../request/step';

interface Watched extends Pick<TraceStep, 'name'> {
  state: TraceStep['state'];
  code: WebhookErrorCode | null;
  startedAt: number | undefined;
  endedAt: number | undefined;
}

/** The same steps, each with a watch on it, and their results so far. */
export function watchSteps(
  steps: readonly Step[],
  state: RequestState,
): { readonly steps: readonly Step[]; readonly results: (status: number) => readonly TraceStep[] } {
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
    results(status) {
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
          // Answered, but not well.
          state: state === 'answered' && status >= 500 ? 'failed' : state,
          code,
          durationMs: startedAt === undefined ? null : Math.round((endedAt - startedAt) * 1000) / 1000,
        }),
      );
    },
  };
}

function watch(step: Step, record: Watched, state: RequestState): Step {
  return function watchedStep(...request) {
    const before = state.waived;
    const end = (outcome: TraceStep['state'], code: WebhookErrorCode | null): void => {
      Object.assign(record, { state: outcome, code, endedAt: performance.now() });
    };
    const fail = (thrown: unknown): never => {
      end('failed', readCode(thrown));
      throw thrown;
    };
    const finish = (result: StepResult): StepResult => {
      const { waived } = state;
      if (result instanceof WebhookError) end('failed', result.code);
      else if (result === undefined && waived !== undefined && waived !== before) end('waived', waived);
      else if (result === undefined) end('passed', null);
      return result;
    };
    record.state = 'answered';
    record.startedAt = performance.now();
    try {
      const result = step(...request);
      return isThenable(result) ? result.then(finish, fail) : finish(result);
    } catch (thrown) {
      return fail(thrown);
    }
  };
}

function readCode(thrown: unknown): WebhookErrorCode {
  return thrown instanceof WebhookError ? thrown.code : 'ERR_WEBHOOK_SETUP';
}

/** `requireHttps` → `require-https` */
function stepName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
