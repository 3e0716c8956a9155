import { AsyncResource } from 'node:async_hooks';
import { channel, type Channel } from 'node:diagnostics_channel';

/** The `node:diagnostics_channel` of decisions; its subscribers get `{ decision, cause }`. */
export const decisions = channel('hooklatch:decision');

/**
 * As `hooklatch:decision`, but published when the answer is given, while what surrounds the request can still be added
 * to: before the response has ended, and before the store of duplicates was told.
 */
export const answers = channel('hooklatch:answer');

/** The attempts to handle what an inbox has stored; its subscribers get `{ attempt, cause }`. */
export const attempts = channel('hooklatch:attempt');

/** The asynchronous context of a request, where somebody will want it: where responses end, it is another one. */
export function contextForSubscribers(): AsyncResource | undefined {
  const isWanted = decisions.hasSubscribers || answers.hasSubscribers;
  return isWanted ? new AsyncResource('hooklatch') : undefined;
}

/** Publishes in the context of the request. */
export function publishIn(context: AsyncResource | undefined, to: Channel, message: object): void {
  if (context === undefined) to.publish(message);
  else context.runInAsyncScope(() => to.publish(message));
}
