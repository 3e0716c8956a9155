import { defineProvider } from '../core/define-provider';

/** Bitbucket Cloud: body only; event and id are in unsigned headers. */
export const bitbucket = defineProvider({
  name: 'bitbucket',
  group: 'code',
  docs: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hub-Signature', prefix: 'sha256=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Request-UUID' },
  event: { header: 'X-Event-Key' },
  methods: ['POST'],
  duplicates: { key: 'signed', also: ['X-Request-UUID'] },
  handlerTimeoutMs: 9_000,
  retries: {
    hours: 0.02,
    signed: 'once',
    stopsAt: [400, 401, 403, 404, 410],
    source: 'https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/',
  },
  alsoSends: 'Bitbucket Data Center is another sender, whose diagnostics:ping is not taken',
  refusal: { status: 401 },
});
