import { X509Certificate, type KeyObject } from 'node:crypto';
import { WebhookError } from '../../errors';
import type { Awaitable } from '../../awaitable';

/**
 * Gets the certificate at an address, as PEM; `undefined` where there certainly is none. What it throws is answered
 * 503, so that the sender comes again. It should give up when `signal` is aborted; its result is not used any longer.
 */
export type FetchCertificate = (url: string, signal: AbortSignal) => Awaitable<string | undefined>;

/** The public key of the certificate at an address; `undefined` where there is none. */
export type CertificateKeys = (url: string) => Promise<KeyObject | undefined>;

interface Running {
  readonly key: Promise<KeyObject | undefined>;
  readonly cancel: (reason: Error) => void;
}

const MAX_CERTIFICATE_BYTES = 65_536;
const MAX_KNOWN = 64;
const MAX_FAILURES = 256;
const MAX_RUNNING = 8;
const MAX_STARTS_PER_SECOND = 64;
const KEEP_MS = 24 * 3_600_000;
// Amazon comes again after 20 seconds; by then a host that could not be reached is asked again.
const KEEP_FAILURE_MS = 10_000;
const KEEP_NONE_MS = 60_000;

/**
 * Public keys by the address of their certificate. Each is fetched once and kept for a day; who asks while it is on
 * its way waits for the same one. A failure is thrown as a `WebhookError` with status 503, and kept for ten seconds;
 * that there is no certificate is kept for a minute. Which addresses are to be trusted is for the caller to say,
 * before it asks.
 *
 * Strangers can name addresses that do not exist. So of those that have never had a certificate at most eight are asked
 * at a time and 64 in a second, and a newcomer takes the place of the one that has run longest. An address that had one
 * is always asked.
 */
export function cachedCertificateKeys(
  fetchCertificate: FetchCertificate,
  timeoutMs: number,
): CertificateKeys {
  const known = new Map<string, { readonly key: KeyObject; readonly until: number }>();
  const failures = new Map<string, { readonly error: WebhookError | undefined; readonly until: number }>();
  const running = new Map<string, Running>();
  let startsIn = 0;
  let starts = 0;

  function start(url: string): Running {
    const controller = new AbortController();
    const { signal } = controller;
    const cancel = (reason: Error): void => controller.abort(reason);
    const cancelled = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    const reason = new Error(`the certificate did not arrive within ${timeoutMs} ms`);
    const timer = setTimeout(() => cancel(reason), timeoutMs);
    const pem = Promise.race([fetchNow(url, signal), cancelled]);
    const key = pem.then((text) => keep(url, text)).catch((error: unknown) => failWith(url, error));
    const fetching: Running = {
      cancel,
      key: key.finally(() => {
        clearTimeout(timer);
        if (running.get(url) === fetching) running.delete(url);
      }),
    };
    running.set(url, fetching);
    return fetching;
  }

  // A fault that it throws at once is rejected like one that it throws later.
  async function fetchNow(url: string, signal: AbortSignal): Promise<string | undefined> {
    return fetchCertificate(url, signal);
  }

  function keep(url: string, pem: string | undefined): KeyObject | undefined {
    if (pem === undefined) {
      put(failures, MAX_FAILURES, url, { error: undefined, until: performance.now() + KEEP_NONE_MS });
      return undefined;
    }
    const key = new X509Certificate(pem).publicKey;
    put(known, MAX_KNOWN, url, { key, until: performance.now() + KEEP_MS });
    return key;
  }

  function failWith(url: string, thrown: unknown): never {
    const error = new WebhookError('ERR_WEBHOOK_SECRET', 503, thrown);
    if (thrown !== DISPLACED) {
      put(failures, MAX_FAILURES, url, { error, until: performance.now() + KEEP_FAILURE_MS });
    }
    throw error;
  }

  function makeRoom(now: number): void {
    const second = Math.floor(now / 1000);
    starts = second === startsIn ? starts + 1 : 1;
    startsIn = second;
    if (starts > MAX_STARTS_PER_SECOND) throw new WebhookError('ERR_WEBHOOK_SECRET', 503, DISPLACED);
    const strangers = [...running].filter(([url]) => !known.has(url));
    if (strangers.length < MAX_RUNNING) return;
    for (const [url, { cancel }] of strangers.slice(0, 1)) {
      running.delete(url);
      cancel(DISPLACED);
    }
  }

  return async function certificateKey(url) {
    const now = performance.now();
    const entry = known.get(url);
    if (entry !== undefined && entry.until > now) return entry.key;
    const shared = running.get(url);
    if (shared !== undefined) return shared.key;
    const failure = failures.get(url);
    if (failure !== undefined && failure.until > now) {
      if (failure.error !== undefined) throw failure.error;
      return undefined;
    }
    if (entry === undefined) makeRoom(now);
    return start(url).key;
  };
}

const DISPLACED = new Error('other certificates are being fetched');

/** Puts an entry behind all others, and forgets the first where there are too many. */
function put<T>(entries: Map<string, T>, most: number, name: string, entry: T): void {
  entries.delete(name);
  entries.set(name, entry);
  const [first] = entries.size > most ? entries.keys() : [];
  if (first !== undefined) entries.delete(first);
}

/** Gets a certificate by HTTPS. Redirects are not followed, and what is too large for a certificate is not read. */
export async function fetchPem(url: string, signal: AbortSignal): Promise<string | undefined> {
  const response = await fetch(url, { signal, redirect: 'error' });
  const { status, body } = response;
  if (status === 200 && body !== null) return readLimited(body);
  await body?.cancel();
  // The host is sure that there is none; anything else may pass.
  if (status === 403 || status === 404 || status === 410) return undefined;
  throw new Error(`the certificate could not be fetched: status ${status}`);
}

async function readLimited(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_CERTIFICATE_BYTES) throw new Error('the certificate is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}
