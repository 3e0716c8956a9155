import { X509Certificate, type KeyObject } from 'node:crypto';
import { WebhookError } from '../../errors';
import type { Eventually } from '../../awaitable';

/**
 * Gets the certificate at an address, as PEM; `undefined` where there certainly is none. What it throws is answered
 * 503, so that the sender comes again. It should give up when `signal` is aborted; nobody waits for it any longer.
 */
export type FetchCertificate = (url: string, signal: AbortSignal) => Eventually<string | undefined>;

/** The public key of the certificate at an address. */
export type CertificateKeys = (url: string) => Promise<KeyObject | undefined>;

const MAX_CERTIFICATE_BYTES = 65_536;
const MAX_KNOWN = 64;
// Strangers can name addresses that do not exist; they must not keep more than this busy.
const MAX_RUNNING = 8;
const KEEP_MS = 24 * 3_600_000;

/**
 * Public keys by the address of their certificate. Each is fetched once and kept for a day; who asks while it is on
 * its way waits for the same one. A failure is not kept, and is thrown as a `WebhookError` with status 503. Which
 * addresses are to be trusted is for the caller to say, before it asks.
 */
export function cachedCertificateKeys(
  fetchCertificate: FetchCertificate,
  timeoutMs: number,
): CertificateKeys {
  const known = new Map<string, { readonly key: KeyObject; readonly until: number }>();
  const running = new Map<string, Promise<KeyObject | undefined>>();

  async function fetchKey(url: string): Promise<KeyObject | undefined> {
    try {
      const pem = await withDeadline((signal) => fetchCertificate(url, signal), timeoutMs);
      if (pem === undefined) return undefined;
      const key = new X509Certificate(pem).publicKey;
      const [oldest] = known.keys();
      if (known.size === MAX_KNOWN && oldest !== undefined) known.delete(oldest);
      known.set(url, { key, until: performance.now() + KEEP_MS });
      return key;
    } catch (error) {
      throw new WebhookError('ERR_WEBHOOK_SECRET', 503, error);
    } finally {
      running.delete(url);
    }
  }

  return async function certificateKey(url) {
    const entry = known.get(url);
    if (entry !== undefined && entry.until > performance.now()) return entry.key;
    known.delete(url);
    const shared = running.get(url);
    if (shared !== undefined) return shared;
    if (running.size === MAX_RUNNING) throw new WebhookError('ERR_WEBHOOK_SECRET', 503);
    const fetching = fetchKey(url);
    running.set(url, fetching);
    return fetching;
  };
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

async function withDeadline<T>(task: (signal: AbortSignal) => Eventually<T>, timeoutMs: number): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`the certificate did not arrive within ${timeoutMs} ms`);
      reject(error);
      controller.abort(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([task(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}
