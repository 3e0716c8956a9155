import { defineSvixSender } from './svix-family';

/** Privy: Svix delivers for it. */
export const privy = defineSvixSender({
  name: 'privy',
  group: 'identity',
  docs: 'https://docs.privy.io/api-reference/webhooks/overview',
  headers: 'svix',
  retries: { hours: 28, signed: 'anew', source: 'https://docs.svix.com/retries' },
});
