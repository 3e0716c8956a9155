/**
 * Makes an element. Text is always set as text, so nothing that came with a delivery becomes markup.
 * @param {string} tag the name, with classes behind dots: 'p.note'
 */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== 'string') element[key] = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

export const byId = (id) => document.getElementById(id);

export function show(element, isShown) {
  element.hidden = !isShown;
}

let timer;

/** Says something for a moment, to eyes and to screen readers. */
export function toast(text, isBad = false) {
  const element = byId('toast');
  element.textContent = text;
  element.dataset.bad = String(isBad);
  show(element, true);
  clearTimeout(timer);
  timer = setTimeout(() => show(element, false), 4000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`);
  } catch {
    toast('The browser does not allow copying here', true);
  }
}

/** Asks before something that cannot be taken back; resolves to whether it is wanted. */
export function confirm(title, text, action) {
  const dialog = h(
    'dialog.confirm',
    { 'aria-labelledby': 'confirm-title' },
    h('h2', { id: 'confirm-title' }, title),
    h('p', {}, text),
    h(
      'form.choices',
      { method: 'dialog' },
      h('button', { value: 'no' }, 'Cancel'),
      h('button.strong', { value: 'yes' }, action),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
