import { LIST_KEYS } from './rows.mjs';

/** The keys of the views that have a list and a detail beside it. */
export function listenToKeys(views) {
  document.addEventListener('keydown', (event) => {
    const view = Object.values(views).find(({ box }) => !box.closest('main').hidden);
    const isMeant = view !== undefined && document.querySelector('dialog[open]') === null;
    if (!isMeant || event.ctrlKey || event.metaKey || event.altKey) return;
    if (press(event, view)) event.preventDefault();
  });
}

/** Whether the key was one of ours. */
function press({ key, target }, view) {
  const { list, box, detail, filter, onClose } = view;
  const isTyping = target.matches('input, select, textarea');
  if (key === '/' && !isTyping && filter !== undefined) filter.focus();
  else if (LIST_KEYS.includes(key) && leadsThrough(key, target, view)) {
    // A letter goes to the next one while one is read; the others go into the list.
    if (key.length > 1) box.focus();
    list.follow(key);
  } else if (key === 'Enter' && (target === box || target === filter)) {
    if (list.chosen() === undefined) list.follow(key);
    detail.focus();
  } else if (key === 'Escape' && target === filter && filter.value !== '') {
    filter.value = '';
    filter.dispatchEvent(new Event('input'));
  } else if (key === 'Escape' && detail.contains(target)) box.focus();
  else if (key === 'Escape' && (!isTyping || target === filter)) onClose();
  else return false;
  return true;
}

function leadsThrough(key, target, { detail, filter }) {
  if (target === filter) return key.startsWith('Arrow');
  if (target.matches('input, select, textarea')) return false;
  return key.length === 1 || !detail.contains(target);
}
