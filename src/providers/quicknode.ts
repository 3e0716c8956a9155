import { defineProvider } from '../core/define-provider';

/** QuickNode Streams: nonce, time and body, of which a compressed one was signed before. The key is the security token. */
export const quicknode = defineProvider({
  name: 'quicknode',
  group: 'finance',
  docs: 'https://www.quicknode.com/guides/quicknode-products/streams/validating-incoming-streams-webhook-messages',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-QN-Signature', encoding: 'hex' },
  timestamp: { header: 'X-QN-Timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['{id}', '{timestamp}', '{body}'],
  secret: { encoding: 'utf8' },
  id: { header: 'X-QN-Nonce' },
  compression: 'gzip',
  methods: ['POST'],
  retries: { source: 'https://www.quicknode.com/docs/streams/destinations' },
  refusal: { status: 401 },
});
