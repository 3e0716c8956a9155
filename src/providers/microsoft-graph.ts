import { valueAt } from '../core/event-and-id';
import { parseJsonObject } from '../core/untrusted-json';
import { defineBodyTokenSender } from './body-token-family';

const MAX_BODY_BYTES = 1_048_576;
const MAX_ITEMS = 1000;

/** The change notifications of a body. */
function readList(body: Buffer): readonly unknown[] {
  const value = body.length > MAX_BODY_BYTES ? undefined : parseJsonObject(body)?.value;
  return Array.isArray(value) && value.length <= MAX_ITEMS ? (value as unknown[]) : [];
}

/**
 * Microsoft Graph change notifications: `clientState` of the subscription in every item, which signs nothing. It tries the
 * address by an unsigned POST. See https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks.
 */
export const microsoftGraph = defineBodyTokenSender({
  name: 'microsoft-graph',
  group: 'work',
  docs: 'https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks',
  about: {
    signed: 'nothing: "clientState" of every item is a shared token',
    notSigned: 'everything',
    readFirst: 'the body, of at most 1 MB and 1000 items',
  },
  event: { body: 'value.[].changeType', or: [{ body: 'value.[].lifecycleEvent' }] },
  methods: ['POST'],
  retries: { source: 'https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks' },
  bodyLimit: MAX_BODY_BYTES,
  acknowledge: { status: 202 },
  handlerTimeoutMs: 2_500,
  handshakes: [{ when: { method: 'POST' }, answer: { echo: 'validationToken' } }],
  readTokens(body) {
    const tokens = readList(body).map((item) => valueAt(item, 'clientState'));
    return tokens.every((token) => typeof token === 'string') ? tokens : undefined;
  },
  writeToken(body, clientState) {
    const [item = { changeType: 'updated' }] = readList(body);
    return { value: [{ ...(item as object), clientState }] };
  },
});
