import { defineSvixSender } from './svix-family';

/** Stytch: Svix delivers for it. */
export const stytch = defineSvixSender({
  name: 'stytch',
  group: 'identity',
  docs: 'https://stytch.com/docs/guides/webhooks/overview',
  headers: 'svix',
  event: { body: ['object_type', 'action'] },
  retries: { hours: 28, signed: 'anew', source: 'https://docs.svix.com/retries' },
});
