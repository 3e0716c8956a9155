import { resolveAddress } from '../core/address';
import { contentTypeFor, makeTestDelivery, type TestDeliverySettings } from '../core/test-delivery';
import { makeSample } from '../samples';
import type { Trace } from '../trace/trace';
import { readAddress, endpointFor, type Endpoint } from './endpoints';
import { sendExact, addHeaders } from './exact-request';
import { ActionError } from './json';

/** How a delivery that the page sent was answered. */
export interface Sent {
  readonly status: number;
  readonly milliseconds: number;
}

/** The variants of a test delivery: one that is good, and those that a receiver must refuse. */
export const VARIANTS = {
  good: {},
  tampered: { tampered: true },
  stale: { stale: true },
  'wrong-secret': { wrongSecret: true },
  unsigned: { unsigned: true },
} as const satisfies Record<string, Partial<TestDeliverySettings>>;

export type VariantName = keyof typeof VARIANTS;

export interface TestRequest {
  readonly endpoint: Endpoint;
  readonly kind: VariantName;
  readonly event: string | undefined;
  readonly method: string | undefined;
}

/** Sends the exact bytes of a delivery again. */
export async function replay(trace: Trace, endpoints: readonly Endpoint[]): Promise<Sent> {
  return send(trace, endpoints, trace.exact().rawHeaders);
}

/** Signs the same body now, as the sender would, and sends it. */
export async function resignAndSend(trace: Trace, endpoints: readonly Endpoint[]): Promise<Sent> {
  const signed = await explainFailure(async () => trace.resign());
  return send(trace, endpoints, addHeaders(trace.exact().rawHeaders, signed));
}

/** Sends a test delivery to an endpoint. */
export async function sendTestDelivery({ endpoint, kind, event, method }: TestRequest): Promise<Sent> {
  const { provider, secret, publicUrl, events } = endpoint;
  if (secret === undefined)
    throw new ActionError('This endpoint was configured without a secret to sign with.');
  const url = readAddress(endpoint, event);
  const known = publicUrl === undefined ? url.href : resolveAddress(publicUrl, url.pathname);
  const row = events.find((known) => known.event === event);
  const sample = (now: number): unknown => makeSample(provider, event, now);
  const settings = {
    secret,
    url: known,
    event,
    sample,
    method: method ?? row?.methods[0],
    ...VARIANTS[kind],
  };
  const test = await explainFailure(() => makeTestDelivery(provider, settings));
  const headers = {
    'Content-Type': contentTypeFor(provider, test.body),
    'User-Agent': 'hooklatch-inspector',
    ...test.headers,
  };
  const rawHeaders = ['Host', url.host, ...Object.entries(headers).flat()];
  return measureTime(() => sendExact({ url, method: test.method, rawHeaders, body: test.body }), url);
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
  return measureTime(() => sendExact({ url, path, method, rawHeaders, body }), url);
}

async function measureTime(task: () => Promise<{ readonly status: number }>, url: URL): Promise<Sent> {
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
async function explainFailure<T>(task: () => T | Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof TypeError) throw new ActionError(error.message);
    throw error;
  }
}
