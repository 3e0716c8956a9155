import { defineProvider } from '../core/define-provider';

/** Cloudflare Stream: time and signature in one header. */
export const cloudflareStream = defineProvider({
  name: 'cloudflare-stream',
  group: 'content',
  docs: 'https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'Webhook-Signature', items: ',', assign: '=', key: 'sig1', encoding: 'hex' },
  timestamp: { field: 'time', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', '.', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'status.state' },
  methods: ['POST'],
  retries: { source: 'https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/' },
  alsoSends: 'live inputs go by Cloudflare Notifications, with another scheme',
  refusal: { status: 401 },
});
