import { defineProvider } from '../core/define-provider';

/** Taiga: hexadecimal HMAC-SHA1 of the body. */
export const taiga = defineProvider({
  name: 'taiga',
  group: 'code',
  docs: 'https://docs.taiga.io/webhooks.html',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-TAIGA-WEBHOOK-SIGNATURE', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  event: { body: ['type', 'action'] },
  methods: ['POST'],
  retries: { hours: 0, signed: 'once', source: 'https://docs.taiga.io/webhooks.html' },
  alsoSends: 'test, by its settings page; the same digest also in X-Hub-Signature',
  refusal: { status: 401 },
});
