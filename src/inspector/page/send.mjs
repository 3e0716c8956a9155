import { h } from './dom.mjs';
import { ask } from './stream.mjs';

const KINDS = [
  ['good', 'Good', 'Signed as the sender would'],
  ['tampered', 'Tampered', 'One bit changed after signing'],
  ['stale', 'Stale', 'Signed too long ago'],
  ['wrong-secret', 'Wrong secret', 'Signed with another secret'],
  ['unsigned', 'Unsigned', 'Without a signature'],
];

/** A good delivery, and each kind of bad one, to every endpoint. */
export function makeSend(endpoints) {
  const head = [
    h('h2', {}, 'Send a trial'),
    h(
      'p.lead',
      {},
      'A good delivery is accepted; each of the others must be refused. They show up in the list, like any other.',
    ),
  ];
  if (endpoints.length === 0) return [...head, noEndpoints()];
  return [...head, h('div.cards', {}, endpoints.map(makeCard))];
}

export function noEndpoints() {
  return h(
    'p.nothing',
    {},
    'No endpoint was configured. Give startInspector() the option ',
    h('code', {}, 'endpoints: [{ url, provider, secret }]'),
    '.',
  );
}

function makeCard(endpoint) {
  const { id, url, provider, methods, events, namesEvents, canSign, signsTime } = endpoint;
  const names = events.map(({ event }) => event).filter((event) => event !== '*');
  const event = h('input', {
    'aria-label': `Event for ${provider}`,
    value: names[0] ?? (namesEvents ? 'something.happened' : ''),
    list: `events-${id}`,
    placeholder: 'none',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const method = h(
    'select',
    { 'aria-label': `Method for ${provider}` },
    h('option', { value: '' }, 'usual'),
    methods.map((name) => h('option', { value: name }, name)),
  );
  return h(
    'section.card',
    { 'aria-label': `${provider} at ${url}` },
    h('h3', {}, provider),
    h('p.address', {}, url),
    h(
      'datalist',
      { id: `events-${id}` },
      names.map((name) => h('option', { value: name })),
    ),
    h('div.choices', {}, h('label', {}, 'Event ', event), h('label', {}, 'Method ', method)),
    canSign
      ? h(
          'div.trials',
          {},
          KINDS.map((kind) => makeTrial(kind)),
        )
      : h('p.note', {}, 'Configured without a secret, so nothing can be signed for it.'),
  );

  function makeTrial([kind, title, what]) {
    const result = h('output', {});
    const impossible = kind === 'stale' && !signsTime;
    const send = async () => {
      result.textContent = '…';
      delete result.dataset.good;
      try {
        const body = {
          endpoint: id,
          kind,
          event: event.value || undefined,
          method: method.value || undefined,
        };
        const { status } = await ask('/api/trials', body);
        const asExpected = kind === 'good' ? status < 300 : status >= 400 && status < 500;
        result.textContent = `${status} ${asExpected ? '✓' : '✕ not as it should be'}`;
        result.dataset.good = String(asExpected);
      } catch (error) {
        result.textContent = error.message;
        result.dataset.good = 'false';
      }
    };
    return h(
      'div.trial',
      {},
      h('button', { type: 'button', onclick: send, disabled: impossible, title: what }, title),
      h('span.what', {}, impossible ? 'Signs no time' : what),
      result,
    );
  }
}
