import { defineSvixSender } from './svix-family';

/** Liveblocks: Standard Webhooks. */
export const liveblocks = defineSvixSender({
  name: 'liveblocks',
  docs: 'https://liveblocks.io/docs/platform/webhooks',
});
