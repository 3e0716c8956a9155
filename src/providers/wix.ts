import { makeJwtProvider } from './jwt';

/** Wix apps: the body is a token; its `data` is JSON text with JSON text in it. The option `secret` is the public key. */
export const wix = makeJwtProvider({
  name: 'wix',
  group: 'commerce',
  docs: 'https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks',
  token: 'body',
  algorithms: ['RS256'],
  readPayload({ data }) {
    const outer = parseObject(data);
    return outer && { ...outer, data: parseObject(outer.data) ?? outer.data };
  },
  event: { body: 'eventType' },
  content: 'text',
  methods: ['POST'],
  retries: {
    source:
      'https://dev.wix.com/docs/build-apps/develop-your-app/api-integrations/events-and-webhooks/about-webhooks',
  },
});

function parseObject(text: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
