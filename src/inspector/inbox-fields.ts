import { INBOX_STATES, type InboxFilter } from '../inbox/inbox';
import { ActionError, type Fields } from './json';

const DEFAULT_LIMIT = 200;
const MAX_LIMIT = 1000;
/** The filter that the page has sent. */
export function readFilter({ state, route, event, search, after, before }: Fields): InboxFilter {
  const known = INBOX_STATES.find((name) => name === state);
  if (state !== undefined && known === undefined) throw new ActionError('There is no such state.');
  return {
    state: known,
    route: readText(route),
    event: readText(event),
    search: readText(search),
    after: readTime(after),
    before: readTime(before),
  };
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readTime(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const time = Number(value);
  if (!Number.isSafeInteger(time)) throw new ActionError('A time must be a number of milliseconds.');
  return time;
}

/** The id that the page has sent. */
export function readId(value: unknown): string {
  const id = readText(value);
  if (id === undefined) throw new ActionError('Which delivery is meant?');
  return id;
}

/** How many a list shows. */
export function readLimit(value: unknown): number {
  const limit = value === undefined ? DEFAULT_LIMIT : Number(value);
  if (!Number.isSafeInteger(limit) || limit < 1) throw new ActionError('There is no such limit.');
  return Math.min(limit, MAX_LIMIT);
}
