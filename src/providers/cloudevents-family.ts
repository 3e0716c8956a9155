import type { HandshakeDefinition } from '../core/handshake-definition';

/**
 * The request by which senders of CloudEvents ask for leave to deliver, and the leave. See
 * https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md, section 4.
 */
export const LEAVE_TO_DELIVER = {
  when: { method: 'OPTIONS' },
  answer: {
    headers: {
      Allow: 'POST',
      'WebHook-Allowed-Origin': '{header:WebHook-Request-Origin}',
      'WebHook-Allowed-Rate': '*',
    },
  },
} as const satisfies HandshakeDefinition;
