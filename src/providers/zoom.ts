import { defineProvider } from '../core/define-provider';

/** Zoom: asks for the HMAC of a token now and then. */
export const zoom = defineProvider({
  name: 'zoom',
  group: 'messaging',
  docs: 'https://developers.zoom.us/docs/api/webhooks/',
  algorithm: 'hmac-sha256',
  signature: { header: 'x-zm-signature', prefix: 'v0=', encoding: 'hex' },
  timestamp: { header: 'x-zm-request-timestamp', unit: 'seconds', toleranceSeconds: 300 },
  signed: ['v0:', '{timestamp}', ':', '{body}'],
  secret: { encoding: 'utf8' },
  event: { body: 'event' },
  methods: ['POST'],
  handshakes: [
    {
      when: { body: { event: 'endpoint.url_validation' } },
      answer: { json: { plainToken: '{payload.plainToken}', encryptedToken: '{hmac payload.plainToken}' } },
    },
  ],
  handlerTimeoutMs: 2_500,
  retries: {
    hours: 1.42,
    source: 'https://devsupport.zoom.us/hc/en-us/articles/360059893812-Webhook-delays',
  },
  alsoSends:
    'its check of the address, which is answered; chatbots and deauthorizations have addresses of their own',
  refusal: { status: 401 },
});
