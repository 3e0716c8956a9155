import { byId, h } from './dom.mjs';
import { clockTime, duration, shortCode } from './format.mjs';
import { makeRows } from './rows.mjs';

// As many as the server keeps at most.
const MAX_DELIVERIES = 10_000;
// Of a character in the column of providers, in pixels.
const WIDTH = 8.2;
const OUTCOMES = ['all', 'accepted', 'refused', 'failed'];

/** The list of deliveries: newest first, filtered, one of them chosen. */
export function makeList({ onOpen, onCount }) {
  const filter = byId('filter');
  const rows = makeRows(byId('list'), { name: 'delivery', makeRow, onOpen });
  // The oldest first, each with the text that the filter looks at.
  let all = [];
  let held = [];
  let paused = false;
  let outcome = 'all';
  let waits = false;
  let isDue = false;
  let longest = 9;
  let watchers = [];

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

  /** Head and rows leave room for the longest name that has come, so that none is cut. */
  function fitProvider(length) {
    if (length <= longest) return;
    longest = length;
    byId('deliveries').style.setProperty('--provider', `${Math.ceil(length * WIDTH) + 4}px`);
  }

  const newest = () => all.at(-1)?.id ?? 0;

  function insert(delivery) {
    if (delivery.id <= newest()) return;
    all.push({ ...delivery, text: textFor(delivery) });
    fitProvider(delivery.provider.length);
    if (all.length > MAX_DELIVERIES) all.shift();
  }

  function refresh() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found =
      words.length === 0 ? all : all.filter(({ text }) => words.every((word) => text.includes(word)));
    const counts = {};
    for (const delivery of found) counts[delivery.outcome] = (counts[delivery.outcome] ?? 0) + 1;
    OUTCOMES.forEach((name, index) => {
      const count = name === 'all' ? found.length : (counts[name] ?? 0);
      chips[index].replaceChildren(name[0].toUpperCase() + name.slice(1), h('span.count', {}, String(count)));
      chips[index].setAttribute('aria-pressed', String(name === outcome));
    });
    byId('pause').textContent = paused ? `Resume${held.length > 0 ? ` (${held.length})` : ''}` : 'Pause';
    const visible = found.filter((delivery) => outcome === 'all' || delivery.outcome === outcome).reverse();
    // Without rows there is nothing to lead through, and a place to say why.
    onCount(all.length, visible.length);
    rows.set(visible);
  }

  /** Refreshes now, and once more in the next frame for all that come until then. */
  function refreshSoon() {
    isDue = true;
    if (waits) return;
    waits = true;
    isDue = false;
    refresh();
    requestAnimationFrame(() => {
      waits = false;
      if (isDue) refreshSoon();
    });
  }

  filter.addEventListener('input', refresh);
  refresh();

  return {
    add(delivery) {
      if (paused) held.push(delivery);
      else insert(delivery);
      refreshSoon();
      watchers = watchers.filter((watch) => !watch(delivery));
    },
    /** Forgets what the server no longer has. */
    keepFrom(oldest) {
      all = all.filter(({ id }) => id >= oldest);
      held = held.filter(({ id }) => id >= oldest);
      refresh();
    },
    togglePause() {
      paused = !paused;
      byId('pause').setAttribute('aria-pressed', String(paused));
      if (!paused) held.splice(0).forEach(insert);
      refresh();
    },
    choose: rows.choose,
    follow: rows.follow,
    chosen: rows.chosen,
    newest: () => Math.max(newest(), held.at(-1)?.id ?? 0),
    /** Resolves to the first delivery after `since` that fits, at last to nothing. */
    next(since, fits, milliseconds = 2000) {
      const isNext = (delivery) => delivery.id > since && fits(delivery);
      const there = [...all, ...held].find(isNext);
      if (there !== undefined) return Promise.resolve(there);
      return new Promise((resolve) => {
        watchers.push((delivery) => {
          if (isNext(delivery)) resolve(delivery);
          return isNext(delivery);
        });
        setTimeout(resolve, milliseconds);
      });
    },
    deliveries: () => all,
  };
}

function textFor({ provider, event, claimedEvent, method, path, status, outcome, code }) {
  const words = [provider, event ?? claimedEvent, method, path, status, outcome, shortCode(code)];
  return words.join(' ').toLowerCase();
}

function makeRow({ time, provider, event, claimedEvent, method, path, status, outcome, code, durationMs }) {
  const decision = code === null ? outcome : `${outcome}: ${shortCode(code)}`;
  const named = event ?? claimedEvent;
  return h(
    'div.row',
    {
      'data-outcome': outcome,
      title: `${method} ${path}`,
    },
    h('span.time', {}, clockTime(time)),
    h('span.provider', {}, provider),
    h(`span.event${event === null ? '.none' : ''}`, {}, named ?? path),
    h('span.method', {}, method),
    h('span.status', {}, String(status)),
    h('span.number', {}, duration(durationMs)),
    h('span.decision', {}, decision),
  );
}
