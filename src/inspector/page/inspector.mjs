import { makeDetail } from './detail.mjs';
import { byId, h, show, toast } from './dom.mjs';
import { makeEvents } from './events.mjs';
import { makeInbox } from './inbox.mjs';
import { listenToKeys } from './keys.mjs';
import { makeList } from './list.mjs';
import { makeSend } from './send.mjs';
import { ask, follow } from './stream.mjs';

const detail = byId('detail');
let run;
let opened;
let endpoints = [];

const VIEWS = ['deliveries', 'inbox', 'send', 'events'];
const list = makeList({ onOpen: open, onCount: showNothing });
const inbox = makeInbox({ onOpen: openStored, onClose: closeStored });

follow({
  onState(state) {
    const pill = byId('connection');
    pill.dataset.state = state;
    pill.textContent = state === 'live' ? 'Live' : 'Connection lost, trying again';
  },
  onHello(hello) {
    // Another run of the server counts from one again.
    list.keepFrom(run === undefined || run === hello.run ? hello.oldest : Infinity);
    if (run !== undefined && run !== hello.run) close();
    if (run !== hello.run) void loadEndpoints();
    run = hello.run;
    show(byId('inbox-link'), hello.hasInbox);
  },
  onDelivery(delivery) {
    list.add(delivery);
    drawEventsSoon();
    if (delivery.notes.includes('stored')) inbox.load();
  },
  onInbox: inbox.load,
  onProgress: inbox.progress,
});

let eventsTimer;

/** Counting thousands takes its time, so it is done for many at once. */
function drawEventsSoon() {
  if (byId('events').hidden) return;
  eventsTimer ??= setTimeout(() => {
    eventsTimer = undefined;
    drawEvents();
  }, 200);
}

async function loadEndpoints() {
  endpoints = await ask('/api/endpoints').catch(() => []);
  byId('send').replaceChildren(...makeSend(endpoints));
  drawEvents();
}

function drawEvents() {
  byId('events').replaceChildren(...makeEvents(endpoints, list.deliveries()));
}

/** The address names what is shown, so that it can be linked to and Back goes back. */
function route() {
  const [, name = '', id] = location.hash.split('/');
  const view = VIEWS.includes(name) ? name : 'deliveries';
  for (const main of document.querySelectorAll('main')) show(main, main.id === view);
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (view === 'events') drawEvents();
  if (view === 'deliveries') void draw(name === 'deliveries' ? Number(id) : undefined);
  if (view === 'inbox') {
    document.body.dataset.detail = id === undefined ? 'closed' : 'open';
    inbox.open(id === undefined ? undefined : decodeURIComponent(id));
  }
}

async function draw(id) {
  opened = id;
  list.choose(id);
  document.body.dataset.detail = id === undefined ? 'closed' : 'open';
  if (id === undefined) {
    detail.replaceChildren(makeHelp());
    return;
  }
  try {
    const delivery = await ask(`/api/deliveries/${id}`);
    // Another one may have been chosen while this one came.
    if (opened !== id) return;
    detail.replaceChildren(...makeDetail(delivery, { onClose: close, onSent: openSent }).filter(Boolean));
  } catch (error) {
    if (opened === id) detail.replaceChildren(h('p.nothing', {}, error.message));
  }
  detail.scrollTop = 0;
}

function open(id) {
  location.hash = `#/deliveries/${id}`;
}

function close() {
  location.hash = '#/';
  byId('list').focus();
}

function openStored(id) {
  location.hash = `#/inbox/${encodeURIComponent(id)}`;
}

function closeStored() {
  location.hash = '#/inbox';
  byId('inbox-list').focus();
}

/** Opens the delivery that a replay has become, unless another one was chosen meanwhile. */
async function openSent({ method, path }, send) {
  const [since, before] = [list.newest(), opened];
  const sent = await send();
  const next = await list.next(since, (delivery) => delivery.method === method && delivery.path === path);
  if (next !== undefined && opened === before) open(next.id);
  return sent;
}

function makeHelp() {
  const keys = [
    [['↑', '↓'], 'through the list; j and k too'],
    [['Home', 'End'], 'to the newest, to the oldest'],
    [['Enter'], 'into the delivery'],
    [['Esc'], 'back to the list'],
    [['/'], 'filter'],
  ];
  return h(
    'div.help',
    {},
    h('p', {}, 'Choose a delivery to see what happened to it, step by step.'),
    h(
      'dl',
      {},
      keys.map(([names, what]) => [
        h(
          'dt',
          {},
          names.map((name) => h('kbd', {}, name)),
        ),
        h('dd', {}, what),
      ]),
    ),
  );
}

function showNothing(all, visible) {
  const nothing = byId('nothing');
  show(nothing, visible === 0);
  show(byId('list'), visible > 0);
  if (all > 0) nothing.replaceChildren(h('p', {}, 'No delivery matches.'));
  else {
    nothing.replaceChildren(
      h('p', {}, 'No delivery yet. They appear here as they come.'),
      h('p', {}, h('a', { href: '#/send' }, 'Send a trial'), ' to see one.'),
    );
  }
}

byId('pause').addEventListener('click', () => list.togglePause());
byId('clear').addEventListener('click', () => {
  ask('/api/clear', {}).then(close, (error) => toast(error.message, true));
});
window.addEventListener('hashchange', route);

listenToKeys({
  deliveries: { list, box: byId('list'), detail, filter: byId('filter'), onClose: close },
  inbox: { list: inbox, box: byId('inbox-list'), detail: byId('inbox-detail'), onClose: closeStored },
});

route();
