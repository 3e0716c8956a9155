import { defineProvider } from '../core/define-provider';

/** Comments of FastComments: signed since 2026; the event is told by the method alone. */
export const fastcomments = defineProvider({
  name: 'fastcomments',
  group: 'support',
  docs: 'https://docs.fastcomments.com/guide-webhooks.html',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-FastComments-Signature', prefix: 'sha256=', encoding: 'hex' },
  timestamp: { header: 'X-FastComments-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  events: { create: ['PUT', 'POST'], update: ['PUT', 'POST'], delete: ['DELETE', 'POST', 'PUT'] },
  retries: { signed: 'anew', stopsAt: [410], source: 'https://docs.fastcomments.com/guide-webhooks.html' },
  alsoSends:
    'PUT for creations and updates, DELETE, or what is set; the token beside the signature; test payloads of its admin page',
  refusal: { status: 401 },
});
