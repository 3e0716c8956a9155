import { defineProvider } from '../core/define-provider';

/** Webflow: time and body. */
export const webflow = defineProvider({
  name: 'webflow',
  group: 'content',
  docs: 'https://developers.webflow.com/data/docs/working-with-webhooks',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-webflow-signature', encoding: 'hex' },
  timestamp: { header: 'x-webflow-timestamp', unit: 'milliseconds', toleranceSeconds: 300 },
  signed: ['{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'triggerType' },
  methods: ['POST'],
  retries: { hours: 0.5, source: 'https://docs.developers.webflow.com/reference/webhook-limits-retries' },
  alsoSends: 'webhooks made in its dashboard are not signed and are refused',
  refusal: { status: 401 },
});
