import type { Inbox, InboxView } from '../inbox/inbox';
import { describeThrown } from '../options';
import type { AttemptLog } from './attempt-log';
import type { Endpoint } from './endpoints';
import { readFilter, readId, readLimit } from './inbox-fields';
import { moveAll, MOVES } from './inbox-moves';
import { maskSecrets, showAttempt, showEntry, showMeta } from './inbox-views';
import { ActionError, type Fields } from './json';
import { showBody } from './views';

type Answer = (fields: Fields) => Promise<object>;

/** The questions and actions of the page, by the last part of an address. */
export interface InboxApi {
  readonly reads: Readonly<Record<string, Answer>>;
  readonly acts: Readonly<Record<string, Answer>>;
}

export interface InboxApiParts {
  readonly inbox: Inbox;
  /** Their secrets are masked in what is shown. */
  readonly endpoints: readonly Endpoint[];
  readonly attempts: AttemptLog;
  /** Tells every open page how far a long action is. */
  readonly tell: (name: string, data: unknown) => void;
}

/** The inbox as the page sees it. Nothing of it holds a secret. */
export function makeInboxApi({ inbox, endpoints, attempts, tell }: InboxApiParts): InboxApi {
  const masks = maskSecrets(endpoints);
  const moves = Object.entries(MOVES).map(([name, move]): readonly [string, Answer] => [
    name,
    explained(async (fields) => {
      const { id } = fields;
      const view = openView(inbox);
      if (id === undefined) return moveAll({ name, view, tell }, move, readFilter(fields));
      return { moved: (await move.move(view, readId(id))) === true ? 1 : 0, of: 1 };
    }),
  ]);

  return {
    reads: {
      list: explained(async (fields) => {
        const view = openView(inbox);
        const limit = readLimit(fields.limit);
        const found = await view.list(readFilter(fields), limit + 1);
        const deliveries = found.slice(0, limit).map((entry) => showEntry(entry, masks));
        return { counts: await view.counts(), deliveries, hasMore: found.length > limit };
      }),
      show: explained(async ({ id }) => {
        const entry = await openView(inbox).show(readId(id));
        if (entry === undefined) throw new ActionError('This delivery is no longer in the inbox.');
        const seen = attempts.ofDelivery(entry.route, entry.id).map((attempt) => showAttempt(attempt, masks));
        return { ...showEntry(entry, masks), ...showMeta(entry.meta, masks), seen };
      }),
      body: explained(async ({ id }) => {
        const bytes = await openView(inbox).body(readId(id));
        return { body: bytes === undefined ? null : showBody(masks.bytes(bytes)) };
      }),
    },
    acts: {
      ...Object.fromEntries(moves),
      purge: explained(async (fields) => ({ moved: await openView(inbox).purge(readFilter(fields)) })),
    },
  };
}

/** The view is asked for each time: an inbox on a file opens it when it is first read. */
function openView({ view }: Inbox): InboxView {
  if (view === undefined) throw new ActionError('This inbox has no view any more.');
  return view;
}

/** A file that is locked or gone is nothing that the page has done wrong; it says what the store says. */
function explained(answer: Answer): Answer {
  return async (fields) => {
    try {
      return await answer(fields);
    } catch (error) {
      if (error instanceof ActionError) throw error;
      throw new ActionError(`The inbox cannot be read: ${describeThrown(error)}.`);
    }
  };
}
