import { defineProvider } from '../core/define-provider';

/** Kick: RSA; the option `secret` is the public key that Kick shows to everybody. */
export const kick = defineProvider({
  name: 'kick',
  group: 'social',
  docs: 'https://docs.kick.com/events/webhook-security',
  algorithm: 'rsa-sha256',
  signature: { header: 'Kick-Event-Signature', encoding: 'base64' },
  timestamp: { header: 'Kick-Event-Message-Timestamp', unit: 'rfc3339', toleranceSeconds: 300 },
  signed: ['{id}', '.', '{timestamp}', '.', '{body}'],
  secret: { encoding: 'base64' },
  id: { header: 'Kick-Event-Message-Id' },
  event: { header: 'Kick-Event-Type' },
  methods: ['POST'],
  retries: { source: 'https://docs.kick.com/events/webhook-security' },
  refusal: { status: 401 },
});
