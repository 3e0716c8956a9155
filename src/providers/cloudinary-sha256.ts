import { defineProvider } from '../core/define-provider';

/** Cloudinary: a plain digest of body, time and API secret, for accounts that are set to SHA-256. */
export const cloudinarySha256 = defineProvider({
  name: 'cloudinary-sha256',
  group: 'code',
  docs: 'https://cloudinary.com/documentation/notifications',
  algorithm: 'sha256',
  signature: { header: 'X-Cld-Signature', encoding: 'hex' },
  timestamp: { header: 'X-Cld-Timestamp', unit: 'seconds', toleranceSeconds: 7200 },
  signed: ['{body}', '{timestamp}', '{secret}'],
  secret: { encoding: 'utf8' },
  event: { body: 'notification_type' },
  methods: ['POST'],
  retries: { source: 'https://cloudinary.com/documentation/notifications' },
  refusal: { status: 401 },
});
