import { defineProvider } from '../core/define-provider';

/** Crisp: time and body in brackets. */
export const crisp = defineProvider({
  name: 'crisp',
  group: 'messaging',
  docs: 'https://docs.crisp.chat/guides/web-hooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-crisp-signature', encoding: 'hex' },
  timestamp: { header: 'x-crisp-request-timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['[', '{timestamp}', ';', '{body}', ']'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: { source: 'https://docs.crisp.chat/guides/web-hooks/' },
  alsoSends: 'Website Hooks, which are not signed and so are refused; Plugin Hooks are',
  refusal: { status: 401 },
});
