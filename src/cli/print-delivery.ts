import { createColors } from 'picocolors';
import type { Finding } from '../diagnose/findings';
import type { Trace } from '../trace/trace';
import type { Io } from './io';

export interface PrintingOptions {
  readonly json: boolean | undefined;
  readonly forward: URL | undefined;
  readonly forwardAll: boolean;
}

/** Prints one line for a delivery, and why it does not verify in a second one. */
export async function printDelivery(trace: Trace, options: PrintingOptions, io: Io): Promise<void> {
  const { json, forward, forwardAll } = options;
  const { decision, answer } = trace;
  const { time, outcome, code, provider, event, method, path, bytes, durationMs, notes } = decision;
  const isHandedOn = (code === null || forwardAll) && !notes.includes('handshake');
  const target = isHandedOn ? forward : undefined;
  const finding = code === null ? undefined : await findingOf(trace);
  if (json === true) {
    io.print(JSON.stringify({ ...decision, forwarded: target?.href ?? null, finding: finding ?? null }));
    return;
  }
  const colors = createColors(io.isTerminal);
  const paint = code === null && answer.status < 400 ? colors.green : colors.red;
  const size = bytes === null ? null : `${bytes} bytes`;
  const words = [provider, event, method, path, size, `${durationMs.toFixed(1)} ms`, code];
  const what = words.filter((word) => word !== null).join('  ');
  const where = target === undefined ? '' : `  -> ${target.href}`;
  io.print(`${time.slice(11, 19)}  ${paint(`${answer.status} ${outcome.padEnd(8)}`)}  ${what}${where}`);
  if (finding !== undefined) io.print(colors.dim(`          ${finding.observed} ${finding.fix}`));
}

/** The first finding; none where the delivery is authentic, or nobody can tell. */
async function findingOf(trace: Trace): Promise<Finding | undefined> {
  try {
    const { verified, findings } = await trace.diagnose();
    return verified ? undefined : findings[0];
  } catch {
    return undefined;
  }
}
