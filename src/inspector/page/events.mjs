import { h } from './dom.mjs';
import { noEndpoints } from './send.mjs';

/** Which event may come by which method, as configured, and how often it did. */
export function makeEvents(endpoints, deliveries) {
  const head = [
    h('h2', {}, 'Events and methods'),
    h(
      'p.lead',
      {},
      'As configured: an event by another method than its own is refused. Numbers count what is in the list.',
    ),
  ];
  if (endpoints.length === 0) return [...head, noEndpoints()];
  return [
    ...head,
    h(
      'div.cards',
      {},
      endpoints.map((endpoint) => makeCard(endpoint, deliveries)),
    ),
  ];
}

function makeCard({ url, path, provider, methods, events }, deliveries) {
  const here = deliveries.filter((delivery) => `${delivery.path}/`.startsWith(path.replace(/\/?$/, '/')));
  const named = new Set(events.map(({ event }) => event));
  // A refused delivery without a name could have been any of them.
  const isRest = (delivery) =>
    !named.has(delivery.event) && (delivery.event !== null || delivery.outcome !== 'refused');
  const count = (event, method) =>
    here.filter(
      (delivery) =>
        delivery.method === method && (delivery.event === event || (event === '*' && isRest(delivery))),
    );
  const hasPaths = events.some((row) => row.path !== '/');
  return h(
    'section.card',
    { 'aria-label': `${provider} at ${url}` },
    h('h3', {}, provider),
    h('p.address', {}, url),
    h(
      'table.matrix',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Event'),
          hasPaths ? h('th', { scope: 'col' }, 'Path') : null,
          methods.map((method) => h('th.method', { scope: 'col' }, method)),
        ),
      ),
      h(
        'tbody',
        {},
        events.map((row) =>
          h(
            'tr',
            {},
            h(
              'th',
              { scope: 'row' },
              row.event === '*' ? (named.size === 1 ? 'every event' : 'every other event') : row.event,
            ),
            hasPaths ? h('td.path', {}, row.path) : null,
            methods.map((method) => makeCell(row.methods.includes(method), count(row.event, method))),
          ),
        ),
      ),
    ),
  );
}

function makeCell(isConfigured, seen) {
  const refused = seen.filter(({ outcome }) => outcome !== 'accepted').length;
  const words = `${isConfigured ? 'accepted' : 'refused'}, ${seen.length} received`;
  return h(
    'td.cell',
    { 'data-configured': String(isConfigured), title: words },
    h('span.dot', { 'aria-hidden': 'true' }, isConfigured ? '●' : '·'),
    h('span.visually-hidden', {}, words),
    seen.length === 0
      ? null
      : h(
          `span.seen${refused === seen.length ? '.bad' : ''}`,
          { 'aria-hidden': 'true' },
          String(seen.length),
        ),
  );
}
