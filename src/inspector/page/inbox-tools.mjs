import { h } from './dom.mjs';
import { span } from './format.mjs';

export const STATES = ['waiting', 'running', 'behind', 'done', 'dead'];

/** The ways to move a delivery. */
export const ACTIONS = [
  {
    name: 'retry',
    title: 'Retry',
    done: 'handled now',
    what: 'Handle now what waits or is dead',
    asks: 'The handler runs now for what is dead.',
    for: ['waiting', 'dead'],
  },
  {
    name: 'replay',
    title: 'Replay',
    done: 'handled again',
    what: 'Handle again what has ended',
    asks: 'The handler runs again, although its work may be done already.',
    for: ['done', 'dead'],
  },
  {
    name: 'discard',
    title: 'Discard',
    done: 'discarded',
    what: 'Make dead what waits',
    asks: 'What waits is dead then, and no handler runs for it.',
    for: ['waiting', 'behind'],
  },
  {
    name: 'purge',
    title: 'Purge',
    done: 'erased',
    what: 'Erase the bodies of what has ended',
    asks: 'The bodies of what is done or dead are erased for good.',
    for: ['done', 'dead'],
  },
];

const SPANS = [
  ['', 'Any time'],
  [30 * 60_000, 'Last 30 min'],
  [12 * 3_600_000, 'Last 12 hours'],
  [86_400_000, 'Last day'],
  [7 * 86_400_000, 'Last 7 days'],
];

/** The counts, each a button that shows its state alone. */
export function makeStates(box, onChange) {
  let chosen = 'all';
  const oldest = h('p.oldest', {});
  const buttons = ['all', ...STATES].map((state) =>
    h('button.state-count', {
      type: 'button',
      'data-state': state,
      onclick() {
        chosen = state;
        mark();
        onChange();
      },
    }),
  );
  const mark = () =>
    buttons.forEach((button) => button.setAttribute('aria-pressed', String(button.dataset.state === chosen)));
  box.append(...buttons, oldest);
  mark();
  return {
    filter: () => (chosen === 'all' ? {} : { state: chosen }),
    set(counts) {
      const all = STATES.reduce((sum, state) => sum + counts[state], 0);
      buttons.forEach((button) => {
        const { state } = button.dataset;
        const count = state === 'all' ? all : counts[state];
        button.toggleAttribute('data-none', count === 0);
        button.replaceChildren(h('span.count', {}, String(count)), h('span', {}, state));
      });
      const { oldestMs } = counts;
      oldest.textContent =
        oldestMs === 0 ? 'All have ended.' : `The oldest open one came ${span(-oldestMs)}.`;
    },
  };
}

/** The filters, and what can be done with all that they name. */
export function makeTools(box, { onChange, onAct }) {
  const input = (label, list) =>
    h('input', {
      type: 'search',
      'aria-label': label,
      placeholder: label,
      list,
      autocomplete: 'off',
      spellcheck: 'false',
      oninput: onChange,
    });
  const route = input('Route', 'inbox-routes');
  const event = input('Event', 'inbox-events');
  const search = input('In the last error');
  const age = h(
    'select',
    { 'aria-label': 'Received', onchange: onChange },
    SPANS.map(([value, text]) => h('option', { value: String(value) }, text)),
  );
  const lists = ['inbox-routes', 'inbox-events'].map((id) => h('datalist', { id }));
  const buttons = ACTIONS.map((action) =>
    h(
      'button',
      { type: 'button', title: `${action.what}: all that match`, onclick: () => onAct(action) },
      action.title,
    ),
  );
  box.append(
    h('div.filters', {}, route, event, search, age, lists),
    h(
      'div.bulk',
      { role: 'group', 'aria-label': 'All that match' },
      h('span', {}, 'All that match:'),
      buttons,
    ),
  );
  const known = [new Set(), new Set()];
  return {
    filter() {
      const after = age.value === '' ? '' : String(Date.now() - Number(age.value));
      const fields = { route: route.value.trim(), event: event.value.trim(), search: search.value, after };
      return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
    },
    /** The filter in words. */
    describe({ after, ...named }) {
      const words = Object.entries(named).map(([name, value]) => `${name} “${value}”`);
      if (after !== undefined) words.push(age.selectedOptions[0].textContent.toLowerCase());
      return `Only: ${words.join(', ')}.`;
    },
    /** Offers the names that were seen. */
    know(deliveries) {
      deliveries.forEach((delivery) => {
        known[0].add(delivery.route);
        if (delivery.event !== null) known[1].add(delivery.event);
      });
      lists.forEach((list, index) =>
        list.replaceChildren(...[...known[index]].slice(0, 100).map((value) => h('option', { value }))),
      );
    },
    busy: (isBusy) => buttons.forEach((button) => (button.disabled = isBusy)),
  };
}
