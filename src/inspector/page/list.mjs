import { byId, h, show } from './dom.mjs';
import { clockTime, duration, shortCode } from './format.mjs';

const MAX_ROWS = 1000;
const OUTCOMES = ['all', 'accepted', 'refused', 'failed'];

/** The list of deliveries: newest first, filtered, one of them chosen. */
export function makeList({ onChoose, onOpen, onCount }) {
  const box = byId('list');
  const filter = byId('filter');
  const rows = new Map();
  let held = [];
  let paused = false;
  let outcome = 'all';
  let chosen;

  const chips = OUTCOMES.map((name) =>
    h('button', {
      type: 'button',
      'aria-pressed': String(name === outcome),
      onclick: () => {
        outcome = name;
        refresh();
      },
    }),
  );
  byId('outcomes').append(...chips);

  function insert(delivery) {
    if (rows.has(delivery.id)) return;
    const element = makeRow(delivery);
    element.addEventListener('click', () => {
      choose(delivery.id);
      onOpen(delivery.id);
    });
    rows.set(delivery.id, { delivery, element });
    box.prepend(element);
    if (delivery.id === chosen) choose(chosen);
    const [oldest] = rows.keys();
    if (rows.size > MAX_ROWS) remove(oldest);
  }

  function remove(id) {
    rows.get(id).element.remove();
    rows.delete(id);
  }

  function matches({ provider, event, method, path, status, outcome: result, code }) {
    if (outcome !== 'all' && result !== outcome) return false;
    const text = [provider, event, method, path, status, result, shortCode(code)].join(' ').toLowerCase();
    return filter.value
      .toLowerCase()
      .split(/\s+/)
      .every((word) => text.includes(word));
  }

  function refresh() {
    const all = [...rows.values()];
    for (const { delivery, element } of all) show(element, matches(delivery));
    OUTCOMES.forEach((name, index) => {
      const count = all.filter(({ delivery }) => name === 'all' || delivery.outcome === name).length;
      chips[index].replaceChildren(name[0].toUpperCase() + name.slice(1), h('span.count', {}, String(count)));
      chips[index].setAttribute('aria-pressed', String(name === outcome));
    });
    byId('pause').textContent = paused ? `Resume${held.length > 0 ? ` (${held.length})` : ''}` : 'Pause';
    onCount(all.length, all.filter(({ element }) => !element.hidden).length);
  }

  function choose(id) {
    const before = rows.get(chosen);
    if (before !== undefined) before.element.setAttribute('aria-selected', 'false');
    chosen = id;
    const row = rows.get(id);
    if (row === undefined) {
      box.removeAttribute('aria-activedescendant');
      return;
    }
    row.element.setAttribute('aria-selected', 'true');
    box.setAttribute('aria-activedescendant', row.element.id);
    row.element.scrollIntoView({ block: 'nearest' });
  }

  filter.addEventListener('input', refresh);
  refresh();

  return {
    add(delivery) {
      if (paused) held.push(delivery);
      else insert(delivery);
      refresh();
    },
    /** Forgets what the server no longer has. */
    keepFrom(oldest) {
      for (const id of [...rows.keys()]) if (id < oldest) remove(id);
      held = held.filter(({ id }) => id >= oldest);
      refresh();
    },
    togglePause() {
      paused = !paused;
      byId('pause').setAttribute('aria-pressed', String(paused));
      if (!paused) held.splice(0).forEach(insert);
      refresh();
    },
    choose,
    /** Chooses the next visible row below (1) or above (-1). */
    move(step) {
      const visible = [...box.children].filter(({ hidden }) => !hidden);
      const at = visible.findIndex((element) => element.dataset.id === String(chosen));
      const next = visible[at === -1 ? 0 : Math.min(Math.max(at + step, 0), visible.length - 1)];
      if (next === undefined) return;
      choose(Number(next.dataset.id));
      onChoose(Number(next.dataset.id));
    },
    chosen: () => chosen,
    deliveries: () => [...rows.values()].map(({ delivery }) => delivery),
  };
}

function makeRow({ id, time, provider, event, method, path, status, outcome, code, durationMs }) {
  const decision = code === null ? outcome : `${outcome}: ${shortCode(code)}`;
  return h(
    'div.row',
    {
      id: `delivery-${id}`,
      role: 'option',
      'aria-selected': 'false',
      'data-id': String(id),
      'data-outcome': outcome,
      'aria-label': `${provider} ${event ?? ''} ${method}, answered ${status}, ${decision}, ${clockTime(time)}`,
      title: `${method} ${path}`,
    },
    h('span.time', {}, clockTime(time)),
    h('span.provider', {}, provider),
    h(`span.event${event === null ? '.none' : ''}`, {}, event ?? path),
    h('span.method', {}, method),
    h('span.status', {}, String(status)),
    h('span.number', {}, duration(durationMs)),
    h('span.decision', {}, decision),
  );
}
