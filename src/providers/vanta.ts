import { defineSvixSender } from './svix-family';

/** Vanta: Svix delivers for it. */
export const vanta = defineSvixSender({
  name: 'vanta',
  group: 'identity',
  docs: 'https://developer.vanta.com/docs/webhooks',
  headers: 'svix',
  retries: { hours: 28, signed: 'anew', source: 'https://docs.svix.com/retries' },
});
