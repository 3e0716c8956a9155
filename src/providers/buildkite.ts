import { defineProvider } from '../core/define-provider';

/** Buildkite: time and signature in one header. */
export const buildkite = defineProvider({
  name: 'buildkite',
  group: 'code',
  docs: 'https://buildkite.com/docs/apis/webhooks/pipelines',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Buildkite-Signature', items: ',', assign: '=', key: 'signature', encoding: 'hex' },
  timestamp: { field: 'timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: { source: 'https://buildkite.com/docs/apis/webhooks/pipelines' },
  alsoSends: 'ping, when settings change; webhooks set to "token" send X-Buildkite-Token, which is not taken',
  refusal: { status: 401 },
});
