import { copy, h } from './dom.mjs';
import { bytes, hexDump } from './format.mjs';
import { makeFinder } from './finder.mjs';
import { joinLines, layOutJson } from './json.mjs';

// Beyond this many lines it is text alone: each line costs elements.
const MAX_LINES = 3000;

/** The bytes of a body: laid out, coloured and folded where they are JSON; to be searched and copied. */
export function makeBody({ size, cut, text, hex }) {
  if (size === 0) return h('p.note', {}, 'Empty.');
  const raw = text ?? hexDump(hex);
  const lines = text === undefined || cut ? undefined : layOutJson(text);
  const pretty = lines === undefined ? raw : joinLines(lines);
  const pre = h('pre', { tabindex: '0' });
  const finder = makeFinder(pre);
  const write = (isPretty) => {
    const isColoured = isPretty && lines !== undefined && lines.length <= MAX_LINES;
    pre.classList.toggle('json', isColoured);
    pre.replaceChildren(...(isColoured ? makeLines(lines) : [isPretty ? pretty : raw]));
    finder.refresh();
  };
  write(true);
  return h(
    'div.body-part',
    {},
    text === undefined ? h('p.note', {}, 'These bytes are not UTF-8.') : null,
    h(
      'div.body-tools',
      {},
      pretty === raw ? null : makeToggle(write),
      finder.tools,
      h('button', { type: 'button', onclick: () => copy(raw, 'The body') }, 'Copy'),
    ),
    h('div.body', {}, pre),
    cut ? h('p.note', {}, `Cut here; there are ${bytes(size)} in all.`) : null,
  );
}

function makeToggle(write) {
  const buttons = ['Pretty', 'Raw'].map((name) =>
    h(
      'button',
      {
        type: 'button',
        'aria-pressed': String(name === 'Pretty'),
        onclick({ currentTarget }) {
          buttons.forEach((button) => button.setAttribute('aria-pressed', String(button === currentTarget)));
          write(name === 'Pretty');
        },
      },
      name,
    ),
  );
  return h('div.toggle', { role: 'group', 'aria-label': 'How to show it' }, buttons);
}

function makeLines(lines) {
  const elements = lines.map(({ parts, opens }, at) => {
    const isLast = at === lines.length - 1;
    const line = h(
      'span.line',
      {},
      opens === undefined || opens - at < 2 ? null : makeFold(at, opens),
      parts.map(([kind, text]) => (kind === 'space' ? text : h(`span.${kind}`, {}, text))),
      isLast ? null : '\n',
    );
    return line;
  });
  return elements;

  function makeFold(at, until) {
    const count = until - at - 1;
    const words = `${count} ${count === 1 ? 'line' : 'lines'}`;
    return h('button.fold', {
      type: 'button',
      'aria-expanded': 'true',
      'aria-label': `Lines inside line ${at + 1}`,
      title: `Fold ${words}`,
      onclick({ currentTarget }) {
        const isOpen = currentTarget.getAttribute('aria-expanded') === 'true';
        currentTarget.setAttribute('aria-expanded', String(!isOpen));
        elements[at].toggleAttribute('data-folded', isOpen);
        elements[at].dataset.more = ` … ${words}`;
        fold();
      },
    });
  }

  function fold() {
    let until = 0;
    lines.forEach(({ opens }, at) => {
      const isHidden = at < until;
      elements[at].hidden = isHidden;
      if (!isHidden && elements[at].hasAttribute('data-folded')) until = opens;
    });
  }
}
