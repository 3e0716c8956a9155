import { Worker } from 'node:worker_threads';
import { defineProvider } from '../core/define-provider';
import type { Delivery } from '../core/delivery';
import { getCompiled } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import type { VerifySettings } from '../core/verify';
import { providers } from '../providers';
import type { Diagnosis } from './findings';
import { diagnose } from './index';
import { findSignedBody } from './signed-body';

/** The question to a worker: settings and delivery in a form that another thread can take. */
export interface Question {
  readonly delivery: Omit<Delivery, 'body'> & { readonly body: Uint8Array };
  readonly settings: Omit<VerifySettings, 'provider'>;
  /** The name of a provider of ours, or the data of another. */
  readonly provider: string | Provider;
}

/** A diagnosis, and the body as it was signed where a change of its writing is what is wrong. */
export interface FullDiagnosis extends Diagnosis {
  readonly signedBody?: Uint8Array | undefined;
}

/** The answer of a worker. */
export type Reply = { readonly diagnosis: FullDiagnosis } | { readonly error: string };

/** Why a delivery is not diagnosed. */
export class DiagnosisLimitError extends Error {}

const MAX_BODY_BYTES = 256 * 1024;
// On the event loop of the app.
const MAX_OWN_BODY_BYTES = 16 * 1024;
const MAX_WAITING = 16;
const MAX_MILLISECONDS = 10_000;
const MAX_MEMORY_MB = 256;

let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/**
 * As `diagnose()`, in a thread of its own: a diagnosis costs thousands of verifications, and a stranger can cause one.
 * One at a time, each within bounds of size, time and memory. Rejects with a `DiagnosisLimitError` beyond them.
 */
export async function diagnoseInBackground(
  delivery: Delivery,
  settings: VerifySettings,
): Promise<FullDiagnosis> {
  const { provider, ...rest } = settings;
  const isOurs = providers[provider.name] === provider;
  // Functions cannot be handed to another thread.
  const isCode = !isOurs && getCompiled(provider).custom !== undefined;
  const limit = isCode ? MAX_OWN_BODY_BYTES : MAX_BODY_BYTES;
  if (delivery.body.length > limit) {
    throw new DiagnosisLimitError(
      `the body has more than ${limit / 1024} KiB; export the delivery and run "hooklatch diagnose"`,
    );
  }
  if (waiting >= MAX_WAITING) throw new DiagnosisLimitError('too many others are being diagnosed');
  const question = { delivery, settings: rest, provider: isOurs ? provider.name : provider };
  waiting += 1;
  const turn = last.then(() => (isCode ? diagnoseFully(delivery, settings) : askWorker(question)));
  last = turn.catch(() => undefined).finally(() => (waiting -= 1));
  return turn;
}

/** Answers a question, in whatever thread. */
export function answerQuestion({ delivery, settings, provider }: Question): Reply {
  try {
    const known = typeof provider === 'string' ? providers[provider] : defineProvider(provider);
    if (known === undefined) throw new TypeError('there is no provider of this name');
    const body = Buffer.from(delivery.body);
    return { diagnosis: diagnoseFully({ ...delivery, body }, { ...settings, provider: known }) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function diagnoseFully(delivery: Delivery, settings: VerifySettings): FullDiagnosis {
  const diagnosis = diagnose(delivery, settings);
  const isOfBody = diagnosis.findings.some(
    ({ code, certainty }) => code.startsWith('body-') && certainty === 'certain',
  );
  return isOfBody ? { ...diagnosis, signedBody: findSignedBody(delivery, settings) } : diagnosis;
}

function askWorker(question: Question): Promise<FullDiagnosis> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(require.resolve('./worker'), {
      workerData: question,
      resourceLimits: { maxOldGenerationSizeMb: MAX_MEMORY_MB },
    });
    worker.unref();
    const deadline = setTimeout(() => void worker.terminate(), MAX_MILLISECONDS).unref();
    worker.once('message', (reply: Reply) => {
      if ('error' in reply) reject(new TypeError(reply.error));
      else resolve(reply.diagnosis);
    });
    worker.once('error', (error: Error) => reject(new DiagnosisLimitError(`it failed: ${error.message}`)));
    // After a message this changes nothing.
    worker.once('exit', () => {
      clearTimeout(deadline);
      reject(new DiagnosisLimitError(`it took longer than ${MAX_MILLISECONDS / 1000} seconds`));
    });
  });
}
