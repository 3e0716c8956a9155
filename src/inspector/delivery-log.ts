import type { FullDiagnosis } from '../diagnose/background';
import type { Trace } from '../trace/trace';

/** A trace with its number. */
export interface LoggedDelivery {
  /** Counts up from 1 while the process lives. */
  readonly id: number;
  readonly trace: Trace;
  /** Asked when it is looked at, and not again once it was found. */
  readonly diagnosis: () => Promise<FullDiagnosis>;
}

/** The last deliveries, as many as there is room for. */
export interface DeliveryLog {
  readonly add: (trace: Trace) => LoggedDelivery;
  readonly get: (id: number) => LoggedDelivery | undefined;
  readonly after: (id: number) => readonly LoggedDelivery[];
  /** The smallest id that is still kept, or will be. */
  readonly oldest: () => number;
  readonly clear: () => void;
}

const MAX_BYTES = 64 * 1024 ** 2;

export function makeDeliveryLog(maxDeliveries: number): DeliveryLog {
  let entries: LoggedDelivery[] = [];
  let nextId = 1;
  let bytes = 0;
  const measureTrace = ({ request, answer }: Trace): number =>
    (request.body?.length ?? 0) + answer.body.length;
  return {
    add(trace) {
      const entry = { id: nextId, trace, diagnosis: onceFound(trace) };
      nextId += 1;
      entries.push(entry);
      bytes += measureTrace(trace);
      // The newest is always kept.
      while (entries.length > maxDeliveries || (bytes > MAX_BYTES && entries.length > 1)) {
        for (const dropped of entries.splice(0, 1)) bytes -= measureTrace(dropped.trace);
      }
      return entry;
    },
    get: (id) => entries.find((entry) => entry.id === id),
    after: (id) => entries.filter((entry) => entry.id > id),
    oldest: () => entries[0]?.id ?? nextId,
    clear() {
      entries = [];
      bytes = 0;
    },
  };
}

/** A diagnosis that was refused because others waited is asked for again. */
function onceFound(trace: Trace): () => Promise<FullDiagnosis> {
  let asked: Promise<FullDiagnosis> | undefined;
  return async () => {
    try {
      return await (asked ??= trace.diagnose());
    } catch (error) {
      asked = undefined;
      throw error;
    }
  };
}
