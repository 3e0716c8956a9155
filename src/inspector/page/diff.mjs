import { h } from './dom.mjs';

// Of what both have alike, so much is shown beside a change.
const AROUND = 60;
const VISIBLE = { ' ': '·', '\n': '⏎\n', '\t': '→', '\r': '␍' };

/** The signed and the received writing of a body in one text, with what only one of them has marked. */
export function makeDiff(parts) {
  const marks = parts.map((part, index) => {
    if (part.in === 'both') return shorten(part.text, index === 0, index === parts.length - 1);
    const text = part.text.replace(/[ \n\t\r]/g, (character) => VISIBLE[character]);
    return part.in === 'signed'
      ? h('del', {}, h('span.visually-hidden', {}, 'only signed: '), text)
      : h('ins', {}, h('span.visually-hidden', {}, 'only received: '), text);
  });
  return h(
    'div.diff',
    {},
    h(
      'p.legend',
      {},
      'The body: ',
      h('del', {}, 'as it was signed'),
      ' ',
      h('ins', {}, 'as it was received'),
      h('span.note', {}, 'spaces are ·, line ends ⏎'),
    ),
    h('pre', { tabindex: '0' }, marks),
  );
}

function shorten(text, isFirst, isLast) {
  if (text.length <= 2 * AROUND) return text;
  const start = isFirst ? '' : text.slice(0, AROUND);
  const end = isLast ? '' : text.slice(-AROUND);
  return `${start} … ${end}`;
}
