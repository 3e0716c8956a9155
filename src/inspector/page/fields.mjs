import { h } from './dom.mjs';

/** Headers as a table. */
export function makeFields(fields) {
  return h(
    'table.fields',
    {},
    h(
      'tbody',
      {},
      fields.map(({ name, value, masked }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, name),
          h(
            'td',
            {},
            value,
            masked ? h('span.masked', { title: 'It never leaves the process' }, 'masked') : null,
          ),
        ),
      ),
    ),
  );
}
