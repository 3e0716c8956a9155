import { defineProvider } from '../core/define-provider';

/** Intercom: HMAC-SHA1 of the body; tries the address by HEAD. */
export const intercom = defineProvider({
  name: 'intercom',
  group: 'support',
  docs: 'https://developers.intercom.com/docs/webhooks/setting-up-webhooks',
  algorithm: 'hmac-sha1',
  signature: { header: 'X-Hub-Signature', prefix: 'sha1=', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
  id: { body: 'id' },
  event: { body: 'topic' },
  methods: ['POST'],
  duplicates: { key: 'id' },
  handshakes: [{ when: { method: 'HEAD' }, answer: {} }],
  handlerTimeoutMs: 4_500,
  retries: { signed: 'anew', source: 'https://developers.intercom.com/docs/webhooks/webhook-notifications' },
  alsoSends: 'ping, by its test; HEAD at set-up; the body counts the tries, so copies are known by id',
  refusal: { status: 401 },
});
