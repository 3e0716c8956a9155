import { cutQuery } from '../core/address';
import { createHash } from 'node:crypto';
import type { Request } from 'express';
import { debuglog } from 'node:util';
import type { Decision } from '../core/delivery';
import type { WebhookError } from '../errors';
import { describeThrown } from '../options';
import { showText } from '../quote';
import { answers, decisions, publishIn } from './channels';
import { showAddress } from './client-address';
import type { RequestState } from './state';
import { warnOnce } from './warnings';

/**
 * Called with every decision; `cause` is what a handler or the look-up of a secret threw. Its own failure changes
 * nothing.
 */
export type OnDecision = (decision: Decision, cause?: unknown) => unknown;

/** Tells the operator what was done with a delivery. */
export interface Recorder {
  /** Whether anybody wants decisions; where nobody does, none is built. */
  readonly active: boolean;
  /** Called once for each delivery, with the status that goes out; once more where a handler fails after that. */
  record(req: Request, state: RequestState, status: number, error: WebhookError | undefined): void;
  /** Called when the answer is given, with the status that goes out. */
  answered(req: Request, state: RequestState, status: number, error: WebhookError | undefined): void;
}

const debug = debuglog('hooklatch');

const HINT =
  'a webhook was refused. Its sender is not told why; to see it yourself, set NODE_DEBUG=hooklatch or give the ' +
  'option "onDecision". This hint appears once.';

export function makeRecorder(onDecision: OnDecision | undefined): Recorder {
  return {
    get active() {
      return onDecision !== undefined || debug.enabled || decisions.hasSubscribers;
    },
    record(req, state, status, error) {
      if (error === undefined && !this.active) return;
      runSafely(() => {
        if (onDecision === undefined && error !== undefined) reportUnheard(error);
        if (!this.active) return;
        const decision = makeDecision(req, state, status, error);
        debug('%j', decision);
        if (decisions.hasSubscribers) {
          publishIn(state.context, decisions, { decision, cause: error?.cause });
        }
        if (onDecision !== undefined) deliver(onDecision, decision, error?.cause);
      });
    },
    answered(req, state, status, error) {
      if (!answers.hasSubscribers) return;
      runSafely(() => {
        const decision = makeDecision(req, state, status, error);
        publishIn(state.context, answers, { decision, cause: error?.cause });
      });
    },
  };
}

/** Runs what records: where that fails, somebody is warned, and the answer goes out as it would have. */
export function runSafely(record: () => void): void {
  try {
    record();
  } catch (thrown) {
    warnOnce(
      'recorder',
      `a decision could not be recorded: ${describeThrown(thrown)}. Is the option "clock" right?`,
    );
  }
}

// Where nobody listens, a failing handler is reported as Express itself would.
function reportUnheard({ code, status, cause }: WebhookError): void {
  if (code === 'ERR_WEBHOOK_HANDLER') {
    if (process.env.NODE_ENV !== 'test') console.error(cause);
  } else if (status < 500) {
    warnOnce('refused', HINT);
  }
}

function deliver(onDecision: OnDecision, decision: Decision, cause: unknown): void {
  const reportFailure = (): void =>
    warnOnce('sink', 'the option "onDecision" threw or rejected; a decision was lost');
  try {
    Promise.resolve(onDecision(decision, cause)).catch(reportFailure);
  } catch {
    reportFailure();
  }
}

/** The record of a delivery that was answered with `status`. */
export function makeDecision(
  req: Request,
  state: RequestState,
  status: number,
  error: WebhookError | undefined,
): Decision {
  const { parsedSignature, verdict, rawBody, now } = state;
  const timestamp = verdict?.timestamp ?? parsedSignature?.timestamp;
  const { webhook } = req;
  return {
    time: new Date(now).toISOString(),
    provider: parsedSignature?.compiled.provider.name ?? state.provider,
    outcome: decideOutcome(state, status, error),
    code: error?.code ?? state.waived ?? null,
    status,
    method: clean(req.method),
    path: clean(cutQuery(req.originalUrl)),
    address: cleanOrNull(readAddress(req)),
    bytes: rawBody?.length ?? null,
    event: cleanOrNull(webhook?.event),
    id: cleanOrNull(webhook?.id),
    secretId: verdict?.secret.id ?? null,
    clockSkewMs: timestamp === undefined ? null : now - timestamp,
    durationMs: Math.round((performance.now() - state.startedAt) * 1000) / 1000,
    fingerprint: rawBody === undefined ? null : fingerprint(rawBody),
    unsignedRouting: state.unsignedRouting,
    issues: state.issues.map(clean),
    notes: [...state.notes],
  };
}

function decideOutcome(
  { duplicate, waived }: RequestState,
  status: number,
  error: WebhookError | undefined,
): Decision['outcome'] {
  // A handler that fails after its answer has failed all the same.
  if ((error?.status ?? status) >= 500) return 'failed';
  if (duplicate) return 'duplicate';
  if (error !== undefined) return 'refused';
  return waived === undefined ? 'accepted' : 'reported';
}

// Express asks the function that is its "trust proxy"; what that throws is not to be thrown here, where nobody catches.
function readAddress(req: Request): string | undefined {
  try {
    return showAddress(req);
  } catch {
    return undefined;
  }
}

const MAX_TEXT = 256;

/** Text from outside, fit for a log: cut, with its control and hidden characters escaped. */
function clean(text: string): string {
  return showText(text.slice(0, MAX_TEXT));
}

function cleanOrNull(text: string | undefined): string | null {
  return text === undefined ? null : clean(text);
}

function fingerprint(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16);
}
