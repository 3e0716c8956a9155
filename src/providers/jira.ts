import { defineProvider } from '../core/define-provider';

/** Jira webhooks that an administrator makes with a secret. */
export const jira = defineProvider({
  name: 'jira',
  group: 'work',
  docs: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Hub-Signature', prefix: 'sha256=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-Atlassian-Webhook-Identifier' },
  event: { body: 'webhookEvent' },
  methods: ['POST'],
  retries: {
    hours: 1.25,
    signed: 'once',
    stopsAt: [400, 401, 403, 404, 405, 410, 413, 422],
    source: 'https://developer.atlassian.com/cloud/jira/platform/webhooks/',
  },
  alsoSends: 'dynamic and Connect webhooks carry a JWT, and automation rules a header of yours: not taken',
  refusal: { status: 401 },
});
