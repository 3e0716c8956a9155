import {
  INBOX_STATES,
  type InboxEntry,
  type InboxFilter,
  type InboxState,
  type InboxView,
} from '../inbox/inbox';
import { openInboxView } from '../inbox/sqlite/view';
import {
  INBOX_OPTIONS,
  readFile,
  readFilter,
  readLimit,
  readSeal,
  showSpan,
  type InboxWords,
} from './inbox-options';
import { parseWords, UsageError } from './io';
import { didYouMean } from './suggest';
import { paint, type Terminal } from './terminal';

export const INBOX_HELP = `hooklatch inbox <action> [id ...] --file <file>

Shows what an inbox holds, and moves it. It works on the file while the app runs.

  list      deliveries, the newest first, and how many there are in each state
  show      one delivery: its attempts, its last error, what was stored of the request
  retry     handles now what waits or is dead
  replay    handles again what has ended, although it may be done
  discard   makes dead what waits
  purge     erases the bodies of what has ended

  --file <file>        the file of the inbox
  --driver <module>    what opens it; node:sqlite unless you say so
  --seal-env <name>    the environment variable with the keys, as id:base64, the newest first, with commas between
  --state <state>      ${INBOX_STATES.join(', ')}
  --route <name>       of this route
  --event <name>       of this event
  --after <time>       received at this time or later: 30m, 12h, 1d, or a date
  --before <time>      received before this time
  --search <text>      with this text in the last error
  --all                all that the filters name, instead of ids
  --limit <number>     how many a list shows, 50 unless you say so
  --body               the body too
  --yes                do not ask before a replay or a purge
  --json               print JSON

  hooklatch inbox list --file var/webhooks.db --state dead --after 1d
  hooklatch inbox retry --file var/webhooks.db --state dead --event invoice.paid --all
`;

/** One call of the command. */
interface Call {
  readonly view: InboxView;
  readonly ids: readonly string[];
  readonly filter: InboxFilter;
  readonly values: InboxWords;
  readonly io: Terminal;
}

interface Move {
  readonly states: readonly InboxState[];
  readonly done: string;
  readonly move: (view: InboxView, id: string) => unknown;
}

const MOVES: Readonly<Record<string, Move>> = {
  retry: { states: ['dead'], done: 'handled now', move: (view, id) => view.retry(id) },
  replay: { states: ['done', 'dead'], done: 'handled again', move: (view, id) => view.replay(id) },
  discard: { states: ['waiting', 'behind'], done: 'discarded', move: (view, id) => view.discard(id) },
};
/** The words that may follow `hooklatch inbox`. */
export const ACTIONS = ['list', 'show', ...Object.keys(MOVES), 'purge'];
const EVERYTHING = 1_000_000;
const PROGRESS = 1000;

/** Shows and moves what an inbox holds. Exit code 1 where nothing was meant. */
export async function showInbox(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseWords(args, INBOX_OPTIONS);
  const [action = 'list', ...ids] = positionals;
  if (!ACTIONS.includes(action)) {
    throw new UsageError(
      `has no action "${action}"${didYouMean(action, ACTIONS)}; they are ${ACTIONS.join(', ')}`,
    );
  }
  const wrong = ids.find((id) => !/^\d{1,15}$/.test(id));
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no id of a delivery; "list" shows them`);
  const filter = readFilter(values);
  const view = openInboxView({ ...readFile(values), seal: readSeal(values, io), clock: undefined });
  try {
    const call = { view, ids, filter, values, io };
    if (action === 'list') return await list(call);
    if (action === 'show') return await show(call);
    const move = MOVES[action];
    return move === undefined ? await purge(call) : await moveAll(action, move, call);
  } finally {
    await view.close();
  }
}

async function list({ view, filter, values, io }: Call): Promise<number> {
  const counts = await view.counts();
  const entries = await view.list(filter, readLimit(values));
  if (values.json === true) {
    io.printJson({ counts, deliveries: entries }, 2);
    return 0;
  }
  io.print(INBOX_STATES.map((state) => `${state} ${counts[state]}`).join('  '));
  if (counts.oldestMs > 0) io.print(`the oldest that has not ended came ${showSpan(counts.oldestMs)} ago`);
  for (const entry of entries) io.print(describeEntry(entry));
  return 0;
}

async function show({ view, ids, values, io }: Call): Promise<number> {
  if (ids.length === 0) throw new UsageError('show needs an id; "list" shows them');
  let found = 0;
  for (const id of ids) {
    const entry = await view.show(id);
    if (entry === undefined) {
      io.printError(`there is no delivery ${id}`);
      continue;
    }
    found += 1;
    const body = values.body === true ? ((await view.body(id))?.toString() ?? null) : undefined;
    if (values.json === true) io.printJson({ ...entry, body }, 2);
    else showEntry({ ...entry, body }, io);
  }
  return found === ids.length ? 0 : 1;
}

function showEntry(entry: InboxEntry & { readonly body: string | null | undefined }, io: Terminal): void {
  const { body, ...rest } = entry;
  io.print(paint.bold(`delivery ${entry.id}`));
  for (const [name, value] of Object.entries(rest)) {
    const text = name.endsWith('At') ? new Date(value as number).toISOString() : JSON.stringify(value);
    io.print(`  ${name.padEnd(10)}  ${text}`);
  }
  if (body !== undefined) io.printLines(body ?? '(the body was erased)');
}

async function moveAll(action: string, { states, done, move }: Move, call: Call): Promise<number> {
  const { view, values, io } = call;
  if (action === 'replay' && !(await isSure(call, 'Handle again what may be done already?'))) return 1;
  const ids = await findIds(states, call);
  let moved = 0;
  for (const [index, id] of ids.entries()) {
    if ((await move(view, id)) === true) moved += 1;
    if ((index + 1) % PROGRESS === 0 && values.json !== true) io.printError(`${index + 1} of ${ids.length}`);
  }
  if (values.json === true) io.printJson({ [action]: moved, of: ids.length });
  else io.print(`${moved} of ${ids.length} ${done}${moved < ids.length ? explainRest(action) : ''}`);
  return moved > 0 ? 0 : 1;
}

async function purge(call: Call): Promise<number> {
  const { view, ids, filter, values, io } = call;
  if (ids.length > 0) throw new UsageError('purge takes filters and no ids');
  if (!(await isSure(call, 'Erase the bodies of what has ended?'))) return 1;
  const erased = await view.purge(filter);
  if (values.json === true) io.printJson({ purge: erased });
  else io.print(`${erased} erased`);
  return erased > 0 ? 0 : 1;
}

function explainRest(action: string): string {
  return action === 'replay' || action === 'retry'
    ? '; a body that was erased cannot be handled again, and one that is being handled is left alone'
    : '; only what waits can be discarded';
}

async function findIds(
  states: readonly InboxState[],
  { view, ids, filter, values }: Call,
): Promise<readonly string[]> {
  if (values.all !== true) {
    if (ids.length === 0) throw new UsageError('needs ids, or --all with filters; "list" shows them');
    return ids;
  }
  const wanted = filter.state === undefined ? states : [filter.state];
  const found: InboxEntry[] = [];
  for (const state of wanted) found.push(...(await view.list({ ...filter, state }, EVERYTHING)));
  // The oldest first: that is the order in which they came.
  return found.map(({ id }) => id).sort((one, other) => Number(one) - Number(other));
}

async function isSure({ values, io }: Call, question: string): Promise<boolean> {
  if (values.yes === true) return true;
  if (io.prompt === undefined) throw new UsageError('needs --yes where there is no terminal to ask at');
  return /^y(?:es)?$/i.test((await io.prompt(`${question} (y/n) `)).trim());
}

function describeEntry({ id, receivedAt, state, attempts, route, event, error }: InboxEntry): string {
  const time = new Date(receivedAt).toISOString().slice(0, 19);
  const what = [id.padStart(6), time, state.padEnd(7), `${attempts}x`, route, event ?? '-', error ?? ''];
  return what.join('  ').trimEnd();
}
