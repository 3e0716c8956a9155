import { h } from './dom.mjs';

// Rows beyond the edge of what is seen, so that scrolling shows no gap.
const AHEAD = 12;

/**
 * A list of any length of which only what is seen is in the document. Each item has an `id`; `makeRow` gives its element
 * without place and number. The box is a listbox and has the focus; one item is chosen.
 */
export function makeRows(box, { name, makeRow, onOpen }) {
  const space = h('div.space', { role: 'presentation' });
  const shown = new Map();
  let items = [];
  let chosen;
  let waits = false;
  let isDue = false;
  box.append(space);

  const rowHeight = () => parseFloat(getComputedStyle(box).getPropertyValue('--row-height')) || 32;

  function draw() {
    const height = rowHeight();
    space.style.height = `${items.length * height}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / height) - AHEAD);
    const last = Math.min(items.length, Math.ceil((box.scrollTop + box.clientHeight) / height) + AHEAD);
    const seen = items.slice(first, last);
    const ids = new Set(seen.map(({ id }) => id));
    for (const [id, { element }] of shown) {
      if (ids.has(id)) continue;
      element.remove();
      shown.delete(id);
    }
    seen.forEach((item, index) => place(item, first + index, height));
    // In the document they stand in the order in which they are seen.
    const ordered = seen.map(({ id }) => shown.get(id).element);
    const isOrdered = ordered.every((element, index) => space.children[index] === element);
    if (!isOrdered) space.replaceChildren(...ordered);
    markChosen();
  }

  function place(item, position, height) {
    let known = shown.get(item.id);
    if (known?.item !== item) {
      known?.element.remove();
      known = { item, element: makeElement(item) };
      shown.set(item.id, known);
    }
    known.element.style.top = `${position * height}px`;
    known.element.setAttribute('aria-posinset', String(position + 1));
    known.element.setAttribute('aria-setsize', String(items.length));
  }

  function makeElement(item) {
    const element = makeRow(item);
    element.id = `${name}-${item.id}`;
    element.setAttribute('role', 'option');
    element.dataset.id = item.id;
    element.addEventListener('click', () => {
      choose(item.id);
      onOpen(item.id);
    });
    return element;
  }

  function markChosen() {
    for (const [id, { element }] of shown) element.setAttribute('aria-selected', String(id === chosen));
    if (shown.has(chosen)) box.setAttribute('aria-activedescendant', shown.get(chosen).element.id);
    else box.removeAttribute('aria-activedescendant');
  }

  /** Draws now, and what comes in the same frame with the next one. */
  function drawSoon() {
    isDue = true;
    if (waits) return;
    waits = true;
    isDue = false;
    draw();
    requestAnimationFrame(() => {
      waits = false;
      if (isDue) drawSoon();
    });
  }

  function choose(id) {
    chosen = id;
    const at = items.findIndex((item) => item.id === id);
    if (at !== -1) bringIntoView(at);
    draw();
  }

  function bringIntoView(at) {
    const height = rowHeight();
    const top = at * height;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = top + height - box.clientHeight;
  }

  function towards(key) {
    const page = Math.max(1, Math.floor(box.clientHeight / rowHeight()) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: page, PageUp: -page, Enter: 0 };
    const at = items.findIndex(({ id }) => id === chosen);
    if (key === 'Home') return items[0];
    if (key === 'End') return items.at(-1);
    return items[at === -1 ? 0 : Math.min(Math.max(at + steps[key], 0), items.length - 1)];
  }

  box.addEventListener('scroll', drawSoon, { passive: true });
  new ResizeObserver(drawSoon).observe(box);

  return {
    /** The items from top to bottom. Where something is read further down, it stays where it is. */
    set(next) {
      const added = next.length - items.length;
      const isOnTop = added > 0 && items.length > 0 && next[added]?.id === items[0].id;
      items = next;
      if (isOnTop && box.scrollTop > 0) {
        space.style.height = `${items.length * rowHeight()}px`;
        box.scrollTop += added * rowHeight();
      }
      draw();
    },
    choose,
    /** Chooses and opens the item that a key leads to. */
    follow(key) {
      const next = towards(key);
      if (next === undefined) return;
      choose(next.id);
      onOpen(next.id);
    },
    chosen: () => chosen,
  };
}

/** The keys that lead through a list. */
export const LIST_KEYS = ['ArrowDown', 'ArrowUp', 'j', 'k', 'PageDown', 'PageUp', 'Home', 'End'];
