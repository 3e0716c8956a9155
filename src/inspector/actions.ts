import { contentTypeFor, makeTrial, type TrialSettings } from '../core/test-delivery';
import type { Trace } from '../trace/trace';
import { addressOf, endpointFor, type Endpoint } from './endpoints';
import { sendExact, withHeaders } from './exact-request';

/** What the page asked for cannot be done; the message is shown. */
export class ActionError extends Error {}

/** How a delivery that the page sent was answered. */
export interface Sent {
  readonly status: number;
  readonly milliseconds: number;
}

/** The kinds of trial deliveries: one that is good, and those that a receiver must refuse. */
export const TRIAL_KINDS = {
  good: {},
  tampered: { tampered: true },
  stale: { stale: true },
  'wrong-secret': { wrongSecret: true },
  unsigned: { unsigned: true },
} as const satisfies Record<string, Partial<TrialSettings>>;

export type TrialKind = keyof typeof TRIAL_KINDS;

export interface TrialRequest {
  readonly endpoint: Endpoint;
  readonly kind: TrialKind;
  readonly event: string | undefined;
  readonly method: string | undefined;
}

/** Sends the exact bytes of a delivery again. */
export async function replay(trace: Trace, endpoints: readonly Endpoint[]): Promise<Sent> {
  return send(trace, endpoints, trace.exact().rawHeaders);
}

/** Signs the same body now, as the sender would, and sends it. */
export async function resignAndSend(trace: Trace, endpoints: readonly Endpoint[]): Promise<Sent> {
  const signed = await explained(async () => trace.resign());
  return send(trace, endpoints, withHeaders(trace.exact().rawHeaders, signed));
}

/** Sends a trial delivery to an endpoint. */
export async function sendTrial({ endpoint, kind, event, method }: TrialRequest): Promise<Sent> {
  const { provider, secret, publicUrl, events } = endpoint;
  if (secret === undefined)
    throw new ActionError('This endpoint was configured without a secret to sign with.');
  const url = addressOf(endpoint, event);
  const known = publicUrl === undefined ? url.href : publicUrl.replace(/\/$/, '') + url.pathname;
  const row = events.find((known) => known.event === event);
  const settings = { secret, url: known, event, method: method ?? row?.methods[0], ...TRIAL_KINDS[kind] };
  const trial = await explained(() => makeTrial(provider, settings));
  const headers = {
    'Content-Type': contentTypeFor(provider, trial.body),
    'User-Agent': 'hooklatch-inspector',
    ...trial.headers,
  };
  const rawHeaders = ['Host', url.host, ...Object.entries(headers).flat()];
  return timed(() => sendExact({ url, method: trial.method, rawHeaders, body: trial.body }), url);
}

async function send(
  trace: Trace,
  endpoints: readonly Endpoint[],
  rawHeaders: readonly string[],
): Promise<Sent> {
  const { method, url: path, body } = trace.exact();
  const endpoint = endpointFor(endpoints, path);
  if (endpoint === undefined) {
    throw new ActionError(
      'None of the configured endpoints receives this path, and nothing is sent elsewhere.',
    );
  }
  if (body === undefined) throw new ActionError('The body did not arrive whole, so it cannot be sent again.');
  const { url } = endpoint;
  // As text: an address would resolve what the sender wrote (`/../`) and lead out of the endpoint.
  return timed(() => sendExact({ url, path, method, rawHeaders, body }), url);
}

async function timed(task: () => Promise<{ readonly status: number }>, url: URL): Promise<Sent> {
  const startedAt = performance.now();
  try {
    const { status } = await task();
    return { status, milliseconds: Math.round(performance.now() - startedAt) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ActionError(`No answer from ${url.host}: ${String(code)}`);
  }
}

/** The core says by a `TypeError` what it cannot sign. */
async function explained<T>(task: () => T | Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof TypeError) throw new ActionError(error.message);
    throw error;
  }
}
