import { DiagnosisLimitError } from '../diagnose/background';
import type { Finding } from '../diagnose/findings';
import type { Trace } from '../trace/trace';
import { paint, type Terminal } from './terminal';

export interface PrintingOptions {
  readonly json: boolean | undefined;
  readonly forward: URL | undefined;
  readonly forwardAll: boolean;
}

/** Prints one line for a delivery, and why it does not verify in a second one. */
export async function printDelivery(trace: Trace, options: PrintingOptions, io: Terminal): Promise<void> {
  const { json, forward, forwardAll } = options;
  const { decision, answer } = trace;
  const { time, outcome, code, provider, event, method, path, bytes, durationMs, notes } = decision;
  const isHandedOn = (code === null || forwardAll) && !notes.includes('handshake');
  const target = isHandedOn ? forward : undefined;
  if (json === true) {
    const finding = code === null ? undefined : await pickFinding(trace).catch(() => undefined);
    io.printJson({ ...decision, forwarded: target?.href ?? null, finding: finding ?? null });
    return;
  }
  const color = code === null && answer.status < 400 ? paint.green : paint.red;
  const size = bytes === null ? null : `${bytes} bytes`;
  const words = [provider, event, method, path, size, `${durationMs.toFixed(1)} ms`, code];
  const what = words.filter((word) => word !== null).join('  ');
  const where = target === undefined ? '' : `  -> ${target.href}`;
  const status = color(`${answer.status} ${outcome.padEnd(8)}`);
  io.print(`${time.slice(11, 19)}  `, status, `  ${what}${where}`);
  const why = code === null ? undefined : await explain(trace);
  // Others may have come meanwhile, so it says of which it is.
  if (why !== undefined) io.print(paint.dim(`${time.slice(11, 19)}  ${method} ${path}: ${why}`));
}

/** The first finding; none where the delivery is authentic, or no diagnosis can be made. */
async function pickFinding(trace: Trace): Promise<Finding | undefined> {
  const { verified, findings } = await trace.diagnose();
  return verified ? undefined : findings[0];
}

async function explain(trace: Trace): Promise<string | undefined> {
  try {
    const finding = await pickFinding(trace);
    return finding && `${finding.observed} ${finding.fix}`;
  } catch (error) {
    return error instanceof DiagnosisLimitError ? `not diagnosed: ${error.message}` : undefined;
  }
}
