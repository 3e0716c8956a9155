import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Headers of every answer: nothing from elsewhere runs in the page, and nothing elsewhere reads it. */
export const SECURITY_HEADERS: OutgoingHttpHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/** The names of this machine, as Host has them. */
export const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why a request is not let in, `undefined` where it is. A foreign page can make a browser send requests to
 * this address: under a name of its own (DNS rebinding), which Host shows, or from its own origin.
 */
export function refuseForeign({ method, headers }: IncomingMessage, port: number): string | undefined {
  const { host = '', origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = headers;
  if (!LOOPBACK_NAMES.some((name) => host === `${name}:${port}`)) return 'unknown Host';
  const isOwn = origin === undefined || origin === `http://${host}`;
  if (!isOwn || (origin === undefined && method === 'POST')) return 'foreign Origin';
  // An address that is typed in or clicked is a navigation; it shows the page to the user alone.
  const isNavigation = method === 'GET' && mode === 'navigate';
  return isForeignSite(site) && !isNavigation ? 'cross-site' : undefined;
}

/** Whether a browser says that a page of another site made it send the request (Fetch Metadata). */
export function isForeignSite(site: unknown): boolean {
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
