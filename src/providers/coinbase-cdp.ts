import { defineHook0Sender } from './hook0-family';

/** Coinbase Developer Platform, which Hook0 delivers for. */
export const coinbaseCdp = defineHook0Sender({
  name: 'coinbase-cdp',
  group: 'finance',
  docs: 'https://docs.cdp.coinbase.com/webhooks/verify-signatures',
  id: { header: 'X-Hook0-Id' },
  event: { body: 'eventType', header: 'X-Hook0-Event-Type' },
});
