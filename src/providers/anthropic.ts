import { defineSvixSender } from './svix-family';

/** Anthropic: Standard Webhooks. */
export const anthropic = defineSvixSender({
  name: 'anthropic',
  docs: 'https://docs.anthropic.com/en/docs/build-with-claude/webhooks',
});
