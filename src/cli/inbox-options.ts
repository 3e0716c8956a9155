import { INBOX_STATES, type InboxFilter } from '../inbox/inbox';
import type { SealKey, SealOptions } from '../inbox/seal';
import { UsageError, type parseWords } from './io';
import { didYouMean } from './suggest';
import type { Terminal } from './terminal';

/** The options of `hooklatch inbox`. */
export const INBOX_OPTIONS = {
  file: { type: 'string' },
  driver: { type: 'string' },
  'seal-env': { type: 'string' },
  state: { type: 'string' },
  route: { type: 'string' },
  event: { type: 'string' },
  after: { type: 'string' },
  before: { type: 'string' },
  search: { type: 'string' },
  all: { type: 'boolean' },
  limit: { type: 'string' },
  body: { type: 'boolean' },
  yes: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export type InboxWords = ReturnType<typeof parseWords<typeof INBOX_OPTIONS>>['values'];

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The file of the inbox, and the driver that opens it. */
export function readFile({ file, driver = 'node:sqlite' }: InboxWords): {
  readonly file: string;
  readonly driver: string;
} {
  if (file === undefined) throw new UsageError('needs --file, the file of the inbox');
  return { file, driver };
}

/** The filter that the words describe. */
export function readFilter({ state, route, event, after, before, search }: InboxWords): InboxFilter {
  const known = INBOX_STATES.find((name) => name === state);
  if (state !== undefined && known === undefined) {
    throw new UsageError(
      `--state must be one of ${INBOX_STATES.join(', ')}${didYouMean(state, INBOX_STATES)}`,
    );
  }
  const from = readTime('--after', after);
  return { state: known, route, event, after: from, before: readTime('--before', before), search };
}

/** A time in milliseconds: a date, or a span before now. */
export function readTime(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count = '', unit = ''] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const span = UNITS[unit];
  const time = span === undefined ? Date.parse(text) : Date.now() - Number(count) * span;
  if (Number.isNaN(time)) throw new UsageError(`${option} must be a span such as 30m, 12h or 1d, or a date`);
  return time;
}

/** How many a list shows. */
export function readLimit({ limit = '50' }: InboxWords): number {
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new UsageError('--limit must be a number from 1 to 999999');
  return Number(limit);
}

/** The keys of a sealed inbox; none is printed from here on. */
export function readSeal(values: InboxWords, { env, hide }: Terminal): SealOptions | undefined {
  const name = values['seal-env'];
  if (name === undefined) return undefined;
  const [first, ...rest] = (env[name] ?? '').split(',').map((part): SealKey => {
    const at = part.indexOf(':');
    return { id: part.slice(0, at).trim(), key: part.slice(at + 1).trim() };
  }) as [SealKey, ...SealKey[]];
  hide([first, ...rest].map(({ key }) => key as string));
  return { keys: [first, ...rest] };
}

/** A span in its largest whole unit. */
export function showSpan(ms: number): string {
  const [unit, size] = Object.entries(UNITS).findLast(([, length]) => ms >= length) ?? ['s', 1000];
  return `${Math.floor(ms / size)}${unit}`;
}
