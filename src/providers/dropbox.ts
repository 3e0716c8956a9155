import { defineProvider } from '../core/define-provider';

/** Dropbox: says only that an account has changed, so its bodies recur to the letter. */
export const dropbox = defineProvider({
  name: 'dropbox',
  group: 'work',
  docs: 'https://www.dropbox.com/developers/reference/webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Dropbox-Signature', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  methods: ['POST'],
  handshakes: [{ when: { method: 'GET' }, answer: { echo: 'challenge' } }],
  duplicates: false,
  handlerTimeoutMs: 9_000,
  retries: { hours: 0.17, signed: 'once', source: 'https://www.dropbox.com/developers/reference/webhooks' },
  refusal: { status: 403 },
});
