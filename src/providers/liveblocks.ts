import { defineSvixSender } from './svix-family';

/** Liveblocks: Standard Webhooks. */
export const liveblocks = defineSvixSender({
  name: 'liveblocks',
  group: 'content',
  docs: 'https://liveblocks.io/docs/platform/webhooks',
  retries: { hours: 27.6, signed: 'anew', source: 'https://liveblocks.io/docs/platform/webhooks' },
});
