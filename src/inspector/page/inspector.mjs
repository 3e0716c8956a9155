import { makeDetail } from './detail.mjs';
import { byId, h, show, toast } from './dom.mjs';
import { makeEvents } from './events.mjs';
import { makeList } from './list.mjs';
import { makeSend } from './send.mjs';
import { ask, follow } from './stream.mjs';

const detail = byId('detail');
let run;
let opened;
let endpoints = [];

const list = makeList({ onChoose: open, onOpen: open, onCount: showNothing });

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
  },
  onDelivery(delivery) {
    list.add(delivery);
    if (!byId('events').hidden) drawEvents();
  },
});

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
  const view = name === 'send' || name === 'events' ? name : 'deliveries';
  for (const main of document.querySelectorAll('main')) show(main, main.id === view);
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (view === 'events') drawEvents();
  if (view === 'deliveries') void draw(name === 'deliveries' ? Number(id) : undefined);
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
    if (opened === id) detail.replaceChildren(...makeDetail(delivery, { onClose: close }).filter(Boolean));
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

function makeHelp() {
  const keys = [
    [['↑', '↓'], 'through the list'],
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

document.addEventListener('keydown', (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || byId('deliveries').hidden) return;
  const isTyping = target instanceof HTMLInputElement;
  if (key === '/' && !isTyping) byId('filter').focus();
  else if (key === 'ArrowDown' || key === 'ArrowUp') {
    if (detail.contains(target)) return;
    byId('list').focus();
    list.move(key === 'ArrowDown' ? 1 : -1);
  } else if (key === 'Enter' && (target.id === 'list' || target.id === 'filter')) {
    if (list.chosen() === undefined) list.move(0);
    detail.focus();
  } else if (key === 'Escape') {
    if (target.id === 'filter' && target.value !== '') {
      target.value = '';
      target.dispatchEvent(new Event('input'));
    } else if (detail.contains(target)) byId('list').focus();
    else close();
  } else return;
  event.preventDefault();
});

route();
