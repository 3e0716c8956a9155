import { defineProvider } from '../core/define-provider';

/** Cloudinary: a plain digest of body, time and API secret, which is weaker than an HMAC. Ten digits keep the border of the time. */
export const cloudinary = defineProvider({
  name: 'cloudinary',
  group: 'code',
  docs: 'https://cloudinary.com/documentation/notifications',
  algorithm: 'sha1',
  signature: { header: 'X-Cld-Signature', encoding: 'hex' },
  timestamp: { header: 'X-Cld-Timestamp', unit: 'seconds', toleranceSeconds: 7200 },
  signed: ['{body}', '{timestamp}', '{secret}'],
  secret: { encoding: 'utf8' },
  event: { body: 'notification_type' },
  methods: ['POST'],
  retries: { source: 'https://cloudinary.com/documentation/notifications' },
  refusal: { status: 401 },
});
