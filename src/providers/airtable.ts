import { defineProvider } from '../core/define-provider';

/** Airtable: the body only says that there is news; the key is base64. */
export const airtable = defineProvider({
  name: 'airtable',
  group: 'work',
  docs: 'https://airtable.com/developers/web/api/webhooks-overview',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Airtable-Content-MAC', prefix: 'hmac-sha256=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'base64' },
  methods: ['POST'],
  retries: { hours: 24, signed: 'once', source: 'https://airtable.com/developers/web/api/webhooks-overview' },
  alsoSends: 'pings without news now and then; only 200 or 204 with an empty body counts',
  refusal: { status: 401 },
});
