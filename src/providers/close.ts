import { defineProvider } from '../core/define-provider';

/** Close: time and body without a mark between them; the key is hexadecimal. */
export const close = defineProvider({
  name: 'close',
  group: 'support',
  docs: 'https://developer.close.com/topics/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'close-sig-hash', encoding: 'hex' },
  timestamp: { header: 'close-sig-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '{body}'],
  secret: { encoding: 'hex' },
  id: { body: 'event.id' },
  event: { body: ['event.object_type', 'event.action'] },
  methods: ['POST'],
  duplicates: { key: 'id' },
  retries: { hours: 72, source: 'https://developer.close.com/topics/webhooks/' },
  refusal: { status: 401 },
});
