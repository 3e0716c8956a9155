import { defineProvider } from '../core/define-provider';

/** TikTok for Developers: time and signature in one header. */
export const tiktok = defineProvider({
  name: 'tiktok',
  group: 'social',
  docs: 'https://developers.tiktok.com/doc/webhooks-verification',
  algorithm: 'hmac-sha256',
  signature: { header: 'TikTok-Signature', items: ',', assign: '=', key: 's', encoding: 'hex' },
  timestamp: { field: 't', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  retries: { hours: 72, source: 'https://developers.tiktok.com/doc/webhooks-overview' },
  alsoSends: 'content is JSON text within the JSON; TikTok Shop and Business API sign otherwise',
  refusal: { status: 401 },
});
