import type { Provider } from './core/provider';
import type { Refusal } from './errors';
import type { TraceSettings } from './trace/make-trace';
import type { OnDecision, Recorder } from './request/decisions';
import type { InFlight } from './request/in-flight';
import type { Step } from './request/step';

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

/** The part of a run that is the same for every request of a guard. */
export interface Pipeline {
  readonly options: PipelineOptions;
  readonly steps: readonly Step[];
  readonly refusal: Refusal;
  readonly report: boolean;
  readonly clock: () => number;
  readonly handlerTimeoutMs: number;
  readonly recorder: Recorder;
  readonly inFlight: InFlight;
}
