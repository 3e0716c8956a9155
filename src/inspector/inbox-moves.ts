import { setImmediate as giveWay } from 'node:timers/promises';
import type { InboxEntry, InboxFilter, InboxState, InboxView } from '../inbox/inbox';
import { ActionError } from './json';

/** One way to move deliveries. */
export interface Move {
  /** The states that it is for, where a filter names one. */
  readonly states: readonly InboxState[];
  /** Those that it moves where a filter names none. */
  readonly usual: readonly InboxState[];
  readonly needsBody: boolean;
  readonly move: (view: InboxView, id: string) => unknown;
}

/** The ways to move deliveries, by their names. */
export const MOVES: Readonly<Record<string, Move>> = {
  retry: {
    states: ['waiting', 'dead'],
    usual: ['dead'],
    needsBody: true,
    move: (view, id) => view.retry(id),
  },
  replay: {
    states: ['done', 'dead'],
    usual: ['done', 'dead'],
    needsBody: true,
    move: (view, id) => view.replay(id),
  },
  discard: {
    states: ['waiting', 'behind'],
    usual: ['waiting', 'behind'],
    needsBody: false,
    move: (view, id) => view.discard(id),
  },
};

const MAX_MOVED = 100_000;
// So many are moved before other work gets its turn, and so many before the page hears of it.
const AT_ONCE = 20;
const PROGRESS = 200;

interface MoveAll {
  readonly name: string;
  readonly view: InboxView;
  readonly tell: (name: string, data: unknown) => void;
}

/** Moves all that a filter names, and tells how far it is. */
export async function moveAll(
  { name, view, tell }: MoveAll,
  move: Move,
  filter: InboxFilter,
): Promise<object> {
  const { state } = filter;
  if (state !== undefined && !move.states.includes(state)) {
    throw new ActionError(`To ${name} is for what is ${move.states.join(' or ')}, not ${state}.`);
  }
  const found: InboxEntry[] = [];
  for (const one of state === undefined ? move.usual : [state]) {
    found.push(...(await view.list({ ...filter, state: one }, MAX_MOVED)));
  }
  const meant = found.filter(({ bytes }) => !move.needsBody || bytes !== null);
  // The oldest first, which a list has last: that is the order in which they came.
  meant.reverse().sort((one, other) => one.receivedAt - other.receivedAt);
  let moved = 0;
  for (const [index, { id }] of meant.entries()) {
    if (index % AT_ONCE === 0) await giveWay();
    if (index % PROGRESS === PROGRESS - 1)
      tell('inbox-progress', { name, done: index + 1, of: meant.length });
    if ((await move.move(view, id)) === true) moved += 1;
  }
  return { moved, of: found.length, erased: found.length - meant.length };
}
