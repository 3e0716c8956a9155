import type { Delivery } from '../core/delivery';
import { makeJwtProvider } from './jwt';

/** A text in the only way in which the sender escapes it (RFC 3986). */
function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The request as the claim `qsh` has it: method, path, and the sorted query without the token. */
function writeRequest({ method, url }: Delivery): string {
  const target = url.replace(/^https?:\/\/[^/?#]*/, '').replace(/#.*/s, '');
  const path = target.replace(/\?.*/s, '').replace(/\/$/, '') || '/';
  const fields = new URLSearchParams(target.replace(/^[^?]*/, ''));
  const names = [...new Set(fields.keys())].filter((name) => name !== 'jwt');
  const pairs = names
    .map((name) => ({ name: escape(name), text: fields.getAll(name).map(escape).sort().join(',') }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return [
    method,
    path.replaceAll('&', '%26'),
    pairs.map(({ name, text }) => `${name}=${text}`).join('&'),
  ].join('&');
}

/**
 * Jira and Confluence, to apps of Atlassian Connect: a token for method, path and query that says nothing of the body,
 * which is in `webhook.unsigned`. The option `secret` is `clientKey:sharedSecret` of the installation. The address of
 * the app must be an origin alone: `qsh` leaves its path out.
 */
export const atlassianConnect = makeJwtProvider({
  name: 'atlassian-connect',
  group: 'work',
  docs: 'https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/',
  about: { signed: 'method + path + sorted query', notSigned: 'origin, body' },
  token: { header: 'Authorization', prefix: 'JWT ' },
  algorithms: ['HS256'],
  owner: { pattern: /^[A-Za-z0-9:._-]{1,128}$/, example: 'clientKey' },
  claims: { iss: { of: 'owner' } },
  digests: [{ claim: 'qsh', of: writeRequest, encoding: 'hex' }],
  expires: true,
  id: { header: 'X-Atlassian-Webhook-Identifier' },
  event: { body: 'webhookEvent' },
  methods: ['POST'],
  retries: { hours: 1.25, source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/' },
  alsoSends: 'the lifecycle of an installation, by a token of RS256: refused here',
});
