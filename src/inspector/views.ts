import { isUtf8 } from 'node:buffer';
import type { Trace } from '../trace/trace';
import type { Endpoint } from './endpoints';
import { endpointFor } from './endpoints';
import { ERROR_CODES } from '../errors';
import { listHeaders } from './exact-request';
import type { LoggedDelivery } from './delivery-log';
import { showText } from '../quote';
import { MASK } from '../trace/masks';
import { writeCurl } from './curl';
import { compareBodies } from './diff';
import { writeTest } from './snippets';

const MAX_SHOWN_BYTES = 256 * 1024;
const MAX_HEX_BYTES = 4096;
const MAX_COPIED_BYTES = 256 * 1024;

/** One line of the list. */
export function makeSummary({ id, trace }: LoggedDelivery): Record<string, unknown> {
  const { provider, decision, answer, request, claimedEvent } = trace;
  const { time, event, method, path, outcome, code, durationMs, notes } = decision;
  const bytes = request.body?.length ?? null;
  return {
    id,
    time,
    provider,
    event,
    claimedEvent: claimedEvent === null ? null : showText(claimedEvent),
    method,
    path,
    status: answer.status,
    outcome,
    code,
    durationMs,
    bytes,
    notes,
  };
}

/** All that the page shows of one delivery. Nothing of it holds a secret. */
export async function makeDetail(
  entry: LoggedDelivery,
  endpoints: readonly Endpoint[],
): Promise<Record<string, unknown>> {
  const { trace } = entry;
  const { request, answer, decision, signed, steps, secretId, clockSkewMs, thrown } = trace;
  const endpoint = endpointFor(endpoints, trace.exact().url);
  return {
    ...makeSummary(entry),
    reason: decision.code === null ? null : ERROR_CODES[decision.code].message,
    url: showText(request.url),
    address: decision.address,
    secretId,
    clockSkewMs,
    fingerprint: decision.fingerprint,
    deliveryId: decision.id,
    unsignedRouting: decision.unsignedRouting,
    issues: decision.issues,
    signed: signed && { ...signed, before: showText(signed.before), after: showText(signed.after) },
    steps,
    headers: listFields(request.rawHeaders),
    body: showBody(request.body),
    answer: {
      status: answer.status,
      headers: listFields(answer.headers.flat()),
      body: showBody(answer.body, answer.bytes),
    },
    thrown: thrown === null ? null : showText(thrown, '\n'),
    diagnosis: await makeDiagnosis(entry),
    ...makeCopies(trace, endpoint),
    canReplay: endpoint !== undefined && trace.exact().body !== undefined,
  };
}

/** A file that `hooklatch diagnose` and `hooklatch verify` read; `receivedAt` is for their `--now`. */
export function makeExport(trace: Trace): Record<string, unknown> {
  const { method, url, rawHeaders, body } = trace.portable();
  return {
    method,
    url,
    rawHeaders,
    bodyBase64: body?.toString('base64') ?? '',
    receivedAt: trace.decision.time,
  };
}

/** The texts that can be copied; `null` where the body is too long to be pasted, or did not arrive whole. */
function makeCopies(trace: Trace, endpoint: Endpoint | undefined): Record<string, string | null> {
  const { body, ...portable } = trace.portable();
  if (body === undefined || body.length > MAX_COPIED_BYTES) return { curl: null, test: null };
  const variable = `${trace.provider.replaceAll('-', '_').toUpperCase()}_SECRET`;
  const { event } = trace.decision;
  return {
    curl: writeCurl({ ...portable, body }, endpoint?.url.origin ?? trace.origin),
    test: writeTest({ ...portable, body }, { provider: trace.provider, variable, event }),
  };
}

async function makeDiagnosis({ diagnosis, trace }: LoggedDelivery): Promise<unknown> {
  try {
    const { signedBody, ...found } = await diagnosis();
    const { body } = trace.request;
    const parts = signedBody && body && compareBodies(Buffer.from(signedBody), body);
    return { ...found, diff: parts?.map((part) => ({ ...part, text: showText(part.text, '\n\t\r') })) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'the look-up of the secret failed' };
  }
}

function listFields(rawHeaders: readonly string[]): readonly unknown[] {
  const fields: unknown[] = [];
  listHeaders(rawHeaders, (name, value) => {
    fields.push({ name, value: showText(value), masked: value.includes(MASK) });
  });
  return fields;
}

/** A body as the page shows it: text, or hexadecimal where it is none. */
export function showBody(bytes: Buffer | undefined, size = bytes?.length ?? 0): unknown {
  if (bytes === undefined) return null;
  const shown = bytes.subarray(0, MAX_SHOWN_BYTES);
  const cut = shown.length < size;
  // A cut may go through a character; what is left of it shows as a replacement.
  if (isUtf8(cut ? trimDetail(shown) : shown)) return { size, cut, text: showText(shown.toString(), '\n\t') };
  return { size, cut: size > MAX_HEX_BYTES, hex: bytes.subarray(0, MAX_HEX_BYTES).toString('hex') };
}

/** Less the bytes of a character that may have been cut. */
function trimDetail(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && end > bytes.length - 4 && (bytes.readUInt8(end - 1) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, Math.max(0, end - 1));
}

/** An endpoint as the page shows it, without its secret. */
export function endpointView(endpoint: Endpoint, id: number): Record<string, unknown> {
  const { url, provider, secret, events } = endpoint;
  return {
    id,
    url: url.href,
    path: url.pathname,
    provider: provider.name,
    methods: provider.methods,
    namesEvents: provider.event !== undefined,
    signsTime: provider.timestamp !== undefined,
    canSign: secret !== undefined,
    events,
  };
}
