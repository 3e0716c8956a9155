import { defineProvider } from '../core/define-provider';

/** Supabase auth hooks over HTTP: Standard Webhooks, whose signatures by several secrets are joined by a comma and a space. */
export const supabaseAuth = defineProvider({
  name: 'supabase-auth',
  group: 'identity',
  docs: 'https://supabase.com/docs/guides/auth/auth-hooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'webhook-signature', items: ', ', assign: ',', key: 'v1', encoding: 'base64' },
  timestamp: { header: 'webhook-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64', prefix: 'v1,whsec_' },
  id: { header: 'webhook-id' },
  event: { body: 'type' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { source: 'https://supabase.com/docs/guides/auth/auth-hooks' },
  refusal: { status: 401 },
});
