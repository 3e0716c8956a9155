import { defineProvider } from '../core/define-provider';

/** Microsoft Teams outgoing webhooks: the answer within five seconds is the reply. */
export const microsoftTeams = defineProvider({
  name: 'microsoft-teams',
  group: 'messaging',
  docs: 'https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook',
  algorithm: 'hmac-sha256',
  signature: { header: 'Authorization', prefix: 'HMAC ', encoding: 'base64' },
  signed: ['{body}'],
  secret: { encoding: 'base64' },
  id: { body: 'id' },
  event: { body: 'type' },
  methods: ['POST'],
  handlerTimeoutMs: 4_500,
  retries: {
    signed: 'once',
    source:
      'https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook',
  },
  alsoSends: 'bots are called otherwise, with a JWT: not taken',
  refusal: { status: 401 },
});
