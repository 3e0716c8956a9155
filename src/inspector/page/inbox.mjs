import { makeStored } from './inbox-detail.mjs';
import { makeStates, makeTools } from './inbox-tools.mjs';
import { byId, confirm, h, show, toast } from './dom.mjs';
import { span, when } from './format.mjs';
import { makeRows } from './rows.mjs';
import { ask } from './stream.mjs';

const POLL_MS = 5000;
const PAUSE_MS = 150;
const MOST = 1000;

/** The tab of the inbox: what is stored, and what can be done with it. */
export function makeInbox({ onOpen, onClose }) {
  const detail = byId('inbox-detail');
  const rows = makeRows(byId('inbox-list'), { name: 'stored', makeRow, onOpen });
  const states = makeStates(byId('inbox-states'), loadSoon);
  const tools = makeTools(byId('inbox-tools'), { onChange: loadSoon, onAct: actOnAll });
  const more = byId('inbox-more');
  let limit;
  let timer;
  let asked = 0;
  let opened;
  let shown = '';

  more.addEventListener('click', () => {
    limit = MOST;
    void load();
  });
  setInterval(() => {
    if (!byId('inbox').hidden && document.visibilityState === 'visible') void load();
  }, POLL_MS);

  function loadSoon() {
    if (byId('inbox').hidden) return;
    clearTimeout(timer);
    timer = setTimeout(load, PAUSE_MS);
  }

  const filter = () => ({ ...states.filter(), ...tools.filter() });

  async function load() {
    clearTimeout(timer);
    asked += 1;
    const own = asked;
    try {
      const params = new URLSearchParams({ ...filter(), ...(limit === undefined ? {} : { limit }) });
      const { counts, deliveries, hasMore } = await ask(`/api/inbox/list?${params}`);
      // A later question may have been answered before this one.
      if (own !== asked) return;
      states.set(counts);
      tools.know(deliveries);
      showRows(deliveries, hasMore);
      await drawDetail();
    } catch (error) {
      if (own === asked) showNothing(error.message);
    }
  }

  function showRows(deliveries, hasMore) {
    show(byId('inbox-list'), deliveries.length > 0);
    show(more, hasMore && limit === undefined);
    const isFiltered = Object.keys(filter()).length > 0;
    const why = isFiltered ? 'No stored delivery matches.' : 'Nothing is stored yet.';
    showNothing(deliveries.length === 0 ? why : '');
    rows.set(deliveries);
    rows.choose(opened);
  }

  function showNothing(text) {
    show(byId('inbox-nothing'), text !== '');
    byId('inbox-nothing').textContent = text;
    if (text !== '') show(byId('inbox-list'), false);
  }

  async function drawDetail() {
    const id = opened;
    if (id === undefined) {
      shown = '';
      detail.replaceChildren(
        h('p.nothing', {}, 'Choose a delivery to see its attempts, its last error, and what was stored.'),
      );
      return;
    }
    try {
      const stored = await ask(`/api/inbox/show?${new URLSearchParams({ id })}`);
      const text = JSON.stringify(stored);
      // A detail that has not changed keeps its place, its focus, and a body that was asked for.
      if (opened !== id || text === shown) return;
      shown = text;
      detail.replaceChildren(...makeStored(stored, { onAct: actOnOne, onClose }).filter(Boolean));
    } catch (error) {
      if (opened !== id) return;
      shown = '';
      detail.replaceChildren(h('p.nothing', {}, error.message));
    }
  }

  async function actOnOne(action, id) {
    const isAgain = action.name === 'replay';
    if (isAgain && !(await confirm('Handle it again?', action.asks, action.title))) return;
    await act(action, { id });
  }

  async function actOnAll(action) {
    const named = filter();
    const of = Object.entries(named).map(([name, value]) => `${name} ${value}`);
    const words = of.length === 0 ? 'No filter is set, so this is for all of them.' : tools.describe(named);
    if (!(await confirm(`${action.title}: all that match`, `${action.asks} ${words}`, action.title))) return;
    tools.busy(true);
    await act(action, named);
    tools.busy(false);
  }

  async function act({ name, done }, what) {
    try {
      const { moved, of = moved, erased = 0 } = await ask(`/api/inbox/${name}`, what);
      const rest = [
        of > moved && `of ${of}`,
        erased > 0 && `(the body of ${erased} was erased, so it cannot be handled)`,
      ];
      const text = [`${moved} ${done}`, ...rest.filter(Boolean)].join(' ');
      toast(
        moved === 0 && of > 0 ? `Not possible any more: its state has changed, or its body was erased` : text,
        moved === 0,
      );
    } catch (error) {
      toast(error.message, true);
    }
    await load();
  }

  return {
    load: loadSoon,
    /** Shows one delivery; none without an id. */
    open(id) {
      opened = id;
      shown = '';
      rows.choose(id);
      void load();
      detail.scrollTop = 0;
    },
    follow: rows.follow,
    chosen: rows.chosen,
    progress: ({ name, done, of }) => toast(`${name}: ${done} of ${of}`),
  };
}

function makeRow({ route, provider, event, state, attempts, receivedAt, dueAt, error }) {
  const due = state === 'waiting' ? `next ${span(dueAt - Date.now())}` : '';
  const tried = `${attempts}×`;
  const where = route === provider ? route : `${route} (${provider})`;
  return h(
    'div.row.stored-row',
    {
      'data-state': state,
      title: error ?? where,
    },
    h('span.time', {}, when(receivedAt)),
    h('span.provider', {}, where),
    h(`span.event${event === null ? '.none' : ''}`, {}, event ?? 'no event named'),
    h('span.state', {}, state),
    h('span.number', {}, tried),
    h('span.error', {}, error ?? due),
  );
}
