import { makeBody } from './body.mjs';
import { makeFields } from './fields.mjs';
import { h, toast } from './dom.mjs';
import { bytes, duration, shortCode, when } from './format.mjs';
import { ACTIONS } from './inbox-tools.mjs';
import { ask } from './stream.mjs';

const DUE = {
  waiting: 'Next attempt',
  running: 'Its process has it until',
  done: 'Erased',
  dead: 'Erased',
};

/** All of one stored delivery. */
export function makeStored(stored, { onAct, onClose }) {
  const { id, route, provider, event, state, attempts, receivedAt, dueAt, error, facts, headers } = stored;
  const rows = [
    ['Received', when(receivedAt, true)],
    state === 'behind'
      ? ['Waits', 'until another one of its order key has ended']
      : [DUE[state], when(dueAt, true)],
    ['Route', route],
    ['Body', stored.bytes === null ? 'erased' : bytes(stored.bytes)],
    ...(facts ?? []),
  ];
  return [
    h(
      'header.delivery-head',
      { 'data-state': state },
      h('button.back', { type: 'button', onclick: onClose, 'aria-label': 'Back to the list' }, '←'),
      h('span.state', {}, state),
      h('h2', {}, provider, h('span', {}, event ?? 'no event named')),
      h('span.outcome', {}, `delivery ${id}`),
    ),
    makeActions(stored, onAct),
    error === null
      ? null
      : h(
          'section.why',
          { 'data-state': state },
          h('h3', {}, 'Last error'),
          h('pre.thrown', { tabindex: '0' }, error),
        ),
    h('section.part', {}, h('h3', {}, 'Attempts'), makeAttempts(attempts, stored.seen)),
    h(
      'section.part',
      {},
      h('h3', {}, 'Stored'),
      h(
        'dl.facts-table',
        {},
        rows.map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
      ),
      facts === null
        ? h('p.note', {}, 'What was stored of the request was erased, or cannot be opened.')
        : null,
      headers.length === 0 ? null : makeFields(headers),
    ),
    stored.bytes === null ? null : makeStoredBody(id),
  ];
}

function makeActions({ id, state, bytes: size }, onAct) {
  // One delivery is not purged by itself: a purge is for what a filter names.
  const single = ACTIONS.filter(({ name }) => name !== 'purge');
  return h(
    'div.actions',
    { role: 'group', 'aria-label': 'Actions' },
    single.map((action) => {
      const isErased = size === null && action.name !== 'discard';
      const isPossible = action.for.includes(state) && !isErased;
      const title = isErased ? 'Its body was erased' : action.what;
      return h(
        'button',
        { type: 'button', title, disabled: !isPossible, onclick: () => onAct(action, id) },
        action.title,
      );
    }),
  );
}

function makeAttempts(count, seen) {
  const others = count - seen.length;
  const note =
    others > 0 &&
    h(
      'p.note',
      {},
      `${count} in all since it was stored or last retried; `,
      seen.length === 0
        ? 'none of them since this page was started.'
        : 'below are those since this page was started.',
    );
  if (seen.length === 0) return note || h('p.note', {}, 'None yet.');
  return [
    note,
    h(
      'div.scroller',
      { tabindex: '0', role: 'region', 'aria-label': 'Attempts' },
      h(
        'table.attempts',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Attempt', 'Began', 'Outcome', 'Waited', 'Took', 'Next'].map((text) =>
              h('th', { scope: 'col' }, text),
            ),
          ),
        ),
        h('tbody', {}, seen.map(makeAttempt)),
      ),
    ),
  ];
}

function makeAttempt({ attempt, time, outcome, code, waitedMs, durationMs, nextAttemptAt, thrown }) {
  const next = nextAttemptAt === null ? '' : when(Date.parse(nextAttemptAt));
  const cells = [
    when(Date.parse(time)),
    code === null ? outcome : `${outcome}: ${shortCode(code)}`,
    duration(waitedMs),
    duration(durationMs),
    next,
  ];
  return [
    h(
      'tr',
      { 'data-outcome': outcome },
      h('th', { scope: 'row' }, String(attempt)),
      cells.map((text) => h('td', {}, text)),
    ),
    thrown === null ? null : h('tr.thrown-row', {}, h('td', { colspan: '6' }, thrown)),
  ];
}

/** The body comes when it is asked for: it may be long, and hold what is not for every eye in the room. */
function makeStoredBody(id) {
  const box = h('div.body-box', {});
  const button = h(
    'button',
    {
      type: 'button',
      async onclick() {
        try {
          const { body } = await ask(`/api/inbox/body?${new URLSearchParams({ id })}`);
          box.replaceChildren(body === null ? h('p.note', {}, 'It was erased.') : makeBody(body));
        } catch (error) {
          toast(error.message, true);
        }
      },
    },
    'Show the body',
  );
  box.append(button);
  return h('section.part', {}, h('h3', {}, 'Body'), box);
}
