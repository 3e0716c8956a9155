// The page of the playground. It puts text into the page and never markup, keeps nothing, and sends nothing.
import { Buffer } from './stand-ins/buffer.mjs';
import { check, makeExample, names, readFile, signsAddress } from './check-delivery.ts';

const field = (id) => document.getElementById(id);
const result = field('result');

// The choice of the other pages between light and dark.
const theme = localStorage.getItem('vitepress-theme-appearance');
if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;

field('provider').append(
  new Option('told by the headers', ''),
  ...names.map((name) => new Option(name, name)),
);
const wanted = decodeURIComponent(location.hash.slice(1));
if (names.includes(wanted)) field('provider').value = wanted;
showFields();

field('provider').addEventListener('change', showFields);
field('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void run();
});
field('form').addEventListener('reset', () => {
  result.replaceChildren();
  setTimeout(showFields);
});
field('example').addEventListener('click', fillExample);
field('file').addEventListener('change', () => void openFile());

function showFields() {
  field('public-url-row').hidden = !signsAddress(field('provider').value);
}

function fillExample() {
  const name = field('provider').value || 'github';
  field('provider').value = name;
  const example = makeExample(name);
  if (example === undefined) {
    show('unable', 'No example', [
      `${name} signs with a key of its own, so this page can sign no example of it.`,
    ]);
    return;
  }
  fill(example);
  field('secret').value = example.secret;
  field('public-url').value = signsAddress(name) ? 'https://example.org/webhooks' : '';
  showFields();
  result.replaceChildren();
}

async function openFile() {
  const [file] = field('file').files;
  if (file === undefined) return;
  try {
    fill(await readFile(Buffer.from(await file.arrayBuffer())));
    result.replaceChildren();
  } catch (error) {
    show('bad', 'The file cannot be read', [error.message]);
  }
}

function fill({ method, url, headers, rawHeaders, body }) {
  field('method').value = method;
  field('url').value = url;
  const pairs = rawHeaders === undefined ? Object.entries(headers) : pairsOf(rawHeaders);
  field('headers').value = pairs.map(([name, value]) => `${name}: ${value}`).join('\n');
  // Text that the field would change is written in base64.
  const text = body.toString('utf8');
  const isExact = Buffer.from(text).equals(body) && !text.includes('\r');
  field('base64').checked = !isExact;
  field('body').value = isExact ? text : body.toString('base64');
}

function pairsOf(list) {
  return list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1]]] : []));
}

async function run() {
  const now = field('now').value.trim();
  const time = /^\d{11,15}$/.test(now) ? Number(now) : Date.parse(now);
  if (now !== '' && Number.isNaN(time)) {
    show('bad', 'The time cannot be read', [
      'Write it like 2026-01-31T12:00:00Z, or in milliseconds since 1970.',
    ]);
    return;
  }
  try {
    showResult(
      await check({
        method: field('method').value.trim(),
        url: field('url').value.trim(),
        headers: field('headers').value,
        body: field('body').value,
        isBase64: field('base64').checked,
        provider: field('provider').value,
        secret: field('secret').value,
        publicUrl: field('public-url').value.trim(),
        now: now === '' ? undefined : time,
      }),
    );
  } catch (error) {
    show('bad', 'This cannot be checked', [error.message]);
  }
}

function showResult({ provider, verified, about, code, findings, missing }) {
  if (verified) {
    const facts = Object.entries(about).map(([name, value]) => `${name}: ${value}`);
    show('good', `Verified as ${provider}`, facts);
  } else if (missing.length > 0) {
    show('unable', `This page cannot check ${provider}`, [
      `It lacks ${missing.join(' and ')}. So the delivery is neither right nor wrong here. Use the command:`,
      `npx hooklatch diagnose ${provider} delivery.json --secret-env SECRET`,
    ]);
  } else {
    show('bad', `Refused as ${provider}: ${code}`, []);
    result.append(...findings.map(describeFinding));
  }
}

function describeFinding({ code, certainty, observed, why, fix }) {
  const link = Object.assign(document.createElement('a'), {
    href: `../troubleshooting.html#${code}`,
    textContent: code,
  });
  const heading = makeElement('h3', '');
  heading.append(link, ` (${certainty})`);
  const article = makeElement('article', '');
  article.append(heading, ...[observed, why, `Fix: ${fix}`].map((text) => makeElement('p', text)));
  return article;
}

function show(kind, title, lines) {
  const article = makeElement('article', '');
  article.className = kind;
  article.append(makeElement('h2', title), ...lines.map((line) => makeElement('p', line)));
  result.replaceChildren(article);
}

function makeElement(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}
