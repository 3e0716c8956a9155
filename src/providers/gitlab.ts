import { defineProvider } from '../core/define-provider';

/** GitLab with a signing token: Standard Webhooks; the event is in the body. */
export const gitlab = defineProvider({
  name: 'gitlab',
  group: 'code',
  docs: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'webhook-signature', items: ' ', assign: ',', key: 'v1', encoding: 'base64' },
  timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64', prefix: 'whsec_' },
  id: { header: 'webhook-id' },
  event: { body: 'object_kind', or: [{ body: 'event_name' }] }, // system hooks have the latter alone
  methods: ['POST'],
  duplicates: { key: 'id' },
  handlerTimeoutMs: 9_000,
  retries: { source: 'https://docs.gitlab.com/user/project/integrations/webhooks/' },
  alsoSends:
    'system hooks (event_name), test deliveries; a payload template of your own may leave object_kind out',
  refusal: { status: 401 },
});
