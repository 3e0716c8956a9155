import { h } from './dom.mjs';

const MOST = 1000;

/** Finds a text inside an element, and marks it by the browser's own highlights, without a change to the element. */
export function makeFinder(element) {
  let found = [];
  let at = 0;
  const count = h('span.found-count', { role: 'status' });
  const input = h('input', {
    type: 'search',
    'aria-label': 'Find in the body',
    placeholder: 'Find',
    autocomplete: 'off',
    spellcheck: 'false',
    oninput: () => refresh(),
    onkeydown(event) {
      if (event.key === 'Enter') {
        event.preventDefault();
        go(event.shiftKey ? -1 : 1);
      } else if (event.key === 'Escape' && input.value !== '') {
        event.stopPropagation();
        input.value = '';
        refresh();
      }
    },
  });

  function refresh() {
    found = input.value === '' ? [] : findRanges(element, input.value);
    at = 0;
    go(0);
  }

  function go(step) {
    at = found.length === 0 ? 0 : (at + step + found.length) % found.length;
    const range = found[at];
    mark('found', found);
    mark('found-now', range === undefined ? [] : [range]);
    const more = found.length === MOST ? '+' : '';
    const words = range === undefined ? 'none' : `${at + 1} of ${found.length}${more}`;
    count.textContent = input.value === '' ? '' : words;
    if (range === undefined) return;
    const parent = range.startContainer.parentElement;
    // Folded away it could not be seen.
    if (parent.closest('[hidden]') !== null) {
      element.querySelectorAll('.fold[aria-expanded="false"]').forEach((button) => button.click());
    }
    scrollTo(range);
  }

  function scrollTo(range) {
    const box = element.getBoundingClientRect();
    const place = range.getBoundingClientRect();
    if (place.top < box.top || place.bottom > box.bottom) {
      element.scrollTop += place.top - box.top - box.height / 2;
    }
  }

  return { tools: h('span.finder', {}, input, count), refresh };
}

function mark(name, ranges) {
  if (!('highlights' in CSS)) return;
  CSS.highlights.set(name, new Highlight(...ranges));
}

function findRanges(element, text) {
  const nodes = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let length = 0;
  while (walker.nextNode()) {
    nodes.push({ node: walker.currentNode, from: length });
    length += walker.currentNode.data.length;
  }
  const pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi');
  const ranges = [];
  let index = 0;
  for (const match of element.textContent.matchAll(pattern)) {
    const end = match.index + match[0].length;
    while (nodes[index + 1] !== undefined && nodes[index + 1].from <= match.index) index += 1;
    let last = index;
    while (nodes[last + 1] !== undefined && nodes[last + 1].from < end) last += 1;
    const range = document.createRange();
    range.setStart(nodes[index].node, match.index - nodes[index].from);
    range.setEnd(nodes[last].node, end - nodes[last].from);
    ranges.push(range);
    if (ranges.length === MOST) break;
  }
  return ranges;
}
