import { defineHook0Sender } from './hook0-family';

/** Hook0, and senders that deliver by it: the event and its id are in headers. */
export const hook0 = defineHook0Sender({
  name: 'hook0',
  group: 'standards',
  docs: 'https://documentation.hook0.com/how-to-guides/secure-webhook-endpoints',
  id: { header: 'X-Event-Id' },
  event: { header: 'X-Event-Type' },
});
