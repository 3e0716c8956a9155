import { X509Certificate } from 'node:crypto';
import type { Awaitable } from '../awaitable';
import { fetchText } from './fetch-text';
import { makeFetchedValues, type FetchedValues } from './fetched-values';

/**
 * Gets the certificate at an address, as PEM; `undefined` where there certainly is none. What it throws is answered
 * 503, so that the sender comes again. It should give up when `signal` is aborted; its late answer is dropped.
 */
export type FetchCertificate = (url: string, signal: AbortSignal) => Awaitable<string | undefined>;

const MAX_CERTIFICATE_BYTES = 65_536;
const KEEP_MS = 24 * 3_600_000;
// Each address holds one certificate: strangers who name others must not keep a genuine one out for long.
const STRANGERS = { most: 64, perMs: 1000 };

/** Certificates by their address, for a day each. */
export function makeCertificates(fetch: FetchCertificate, timeoutMs: number): FetchedValues<X509Certificate> {
  return makeFetchedValues({
    fetch: (url, signal) => fetch(url, signal),
    read: (pem) => new X509Certificate(pem),
    word: 'certificate',
    timeoutMs,
    keepMs: KEEP_MS,
    strangers: STRANGERS,
  });
}

/** Gets a certificate by HTTPS. */
export async function fetchPem(url: string, signal: AbortSignal): Promise<string | undefined> {
  return fetchText(url, signal, { word: 'certificate', maxBytes: MAX_CERTIFICATE_BYTES });
}
