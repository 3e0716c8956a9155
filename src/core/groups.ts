/** The kinds of senders by their use, in the order in which they are listed. */
export const GROUPS = [
  ...(['payments', 'finance', 'commerce', 'code', 'messaging', 'email', 'identity', 'support'] as const),
  ...(['work', 'content', 'ai', 'health', 'social', 'standards'] as const),
] as const;

/** The kind of a sender, by its use. */
export type Group = (typeof GROUPS)[number];
