import { tokenProvider } from '../core/token-provider';

/** GitLab with a secret token, which signs nothing. */
export const gitlabToken = tokenProvider({
  name: 'gitlab-token',
  group: 'code',
  docs: 'https://docs.gitlab.com/user/project/integrations/webhooks/',
  header: 'X-Gitlab-Token',
  id: { header: 'Idempotency-Key' },
  event: { body: 'object_kind', or: [{ body: 'event_name' }] }, // system hooks have the latter alone
  methods: ['POST'],
  handlerTimeoutMs: 9_000,
  retries: { signed: 'once', source: 'https://docs.gitlab.com/user/project/integrations/webhooks/' },
  alsoSends: 'system hooks (event_name); the token may stand beside a signature',
  refusal: { status: 401 },
});
