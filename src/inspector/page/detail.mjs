import { makeBody } from './body.mjs';
import { copy, h, toast } from './dom.mjs';
import { makeFields } from './fields.mjs';
import { bytes, clockDifference, clockTime, duration, shortCode } from './format.mjs';
import { ask } from './stream.mjs';
import { makeWhy } from './why.mjs';

const MARKS = { passed: '✓', answered: '✓', failed: '✕', waived: '!', skipped: '–' };
// The words of a step where it passed, and where it ended the delivery well. A step that did not run says nothing.
const STEPS = {
  'allow-methods': ['The sender may use this method'],
  'require-https': ['It came by HTTPS, or from this machine'],
  'allow-ips': ['The address is allowed'],
  'limit-rate': ['The address has not failed too often'],
  'answer-handshakes': ['No trial by the sender', 'A trial by the sender, answered'],
  'check-headers': ['Signature and time are there and well-formed; the time is inside the window'],
  'capture-raw-body': ['The exact bytes arrived whole'],
  'verify-signature': ['The signature is right for these bytes'],
  'reject-duplicates': ['It was not handled before', 'It was handled before'],
  'route-events': ['An event of its table', 'Its handler has answered'],
  handler: ['', 'The handler behind the guard has answered'],
};

const UNSIGNED_ROUTING = 'by the method, the path or a header, which nobody signed';

/** All of one delivery. */
export function makeDetail(delivery, { onClose, onSent }) {
  const { provider, event, claimedEvent, method, url, status, outcome, time, durationMs, address, body } =
    delivery;
  const facts = [
    `${method} ${url}`,
    clockTime(time, true),
    duration(durationMs),
    body === null ? 'body not read' : bytes(body.size),
    address === null ? null : `from ${address}`,
  ];
  return [
    h(
      'header.delivery-head',
      { 'data-outcome': outcome },
      h('button.back', { type: 'button', onclick: onClose, 'aria-label': 'Back to the list' }, '←'),
      h('span.status', {}, String(status)),
      h(
        'h2',
        {},
        provider,
        h('span', {}, event ?? claimedEvent ?? 'no event named'),
        event === null && claimedEvent !== null
          ? h('em', { title: 'The delivery says so, and was not verified' }, 'unverified')
          : null,
      ),
      h('span.outcome', {}, outcome),
      h(
        'p.facts',
        {},
        facts.filter((fact) => fact !== null).map((fact) => h('span', {}, fact)),
      ),
    ),
    makeActions(delivery, onSent),
    makeWhy(delivery),
    section('Trace', makeSteps(delivery), makeFacts(delivery)),
    section('Headers', makeFields(delivery.headers)),
    body === null
      ? section(
          'Body',
          h('p.note', {}, 'The body did not arrive whole, or something before hooklatch read it.'),
        )
      : section('Body', makeBody(body)),
    section(
      'Answer',
      h('p.answer', {}, h('span.status', { 'data-outcome': outcome }, String(status)), answerText(delivery)),
      makeFields(delivery.answer.headers),
      makeBody(delivery.answer.body),
    ),
  ];
}

function section(title, ...children) {
  return h('section.part', {}, h('h3', {}, title), ...children);
}

function answerText({ outcome, code }) {
  if (outcome === 'refused') return 'answered by hooklatch: the sender is told no more than this';
  if (outcome === 'failed')
    return code === null
      ? 'a failure: your own code answered'
      : `a failure (${shortCode(code)}): the sender will come again`;
  return code === null ? 'what the sender was told' : `what the sender was told (${shortCode(code)})`;
}

function makeActions({ id, method, path, canReplay, curl, test }, onSent) {
  const reason = canReplay
    ? undefined
    : 'No configured endpoint receives this path, or the body did not arrive';
  const uncopied = curl === null ? 'The body is too long to paste, or did not arrive: see Export' : undefined;
  const act = async (name, action) => {
    try {
      const send = () => ask(`/api/deliveries/${id}/${action}`, {});
      const { status, milliseconds } = await onSent({ method, path }, send);
      toast(`${name}: answered ${status} in ${duration(milliseconds)}`, status >= 400);
    } catch (error) {
      toast(error.message, true);
    }
  };
  const button = (text, title, onclick, disabled = false) =>
    h('button', { type: 'button', title, onclick, disabled }, text);
  return h(
    'div.actions',
    { role: 'group', 'aria-label': 'Actions' },
    button('Replay', reason ?? 'Send the exact bytes again', () => act('Replayed', 'replay'), !canReplay),
    button(
      'Re-sign and send',
      reason ?? 'Sign the same body now and send it',
      () => act('Re-signed', 'resign'),
      !canReplay,
    ),
    h('span.gap'),
    button(
      'Copy as curl',
      uncopied ?? 'Secrets are left out',
      () => copy(curl, 'The curl command'),
      curl === null,
    ),
    button(
      'Copy as test',
      uncopied ?? 'A test of your handler, signed when it runs',
      () => copy(test, 'The test'),
      test === null,
    ),
    h('a.button', { href: `/api/deliveries/${id}/export`, download: `delivery-${id}.json` }, 'Export'),
  );
}

function makeSteps({ steps, notes, status }) {
  if (steps.length === 0) return h('p.note', {}, 'No step ran: the server is shutting down.');
  return h(
    'ol.steps',
    {},
    steps.map(({ name, state, code, durationMs }) =>
      h(
        'li',
        { 'data-state': state },
        h('span.mark', { 'aria-hidden': 'true' }, MARKS[state]),
        h('span.name', {}, name),
        h('span.visually-hidden', {}, state),
        h(
          'span.title',
          {},
          code === null ? describeStep(name, state, { notes, status }) : h('code', {}, code),
        ),
        h('span.number', {}, state === 'skipped' ? 'skipped' : duration(durationMs)),
      ),
    ),
  );
}

function describeStep(name, state, { notes, status }) {
  const [passed = '', answered = passed] = STEPS[name] ?? [];
  if (state === 'passed') return passed;
  if (state === 'failed') return `It was answered ${status}`;
  if (state !== 'answered') return '';
  if (notes.includes('unhandled')) return 'No handler is for this event: acknowledged';
  return notes.includes('stored') ? 'Stored in the inbox, and acknowledged' : answered;
}

function makeFacts(delivery) {
  const { clockSkewMs, secretId, signed, body, fingerprint, deliveryId, unsignedRouting, steps } = delivery;
  const { issues, notes } = delivery;
  const wasTried = steps.some(({ name, state }) => name === 'verify-signature' && state !== 'skipped');
  const rows = [
    ['Clock', clockDifference(clockSkewMs)],
    ['Secret', secretId === null ? (wasTried ? 'none matched' : 'not tried') : h('code', {}, secretId)],
    [
      'Signed bytes',
      signed === null
        ? 'unknown: the headers are not complete, or the scheme is code'
        : makeSigned(signed, body),
    ],
    deliveryId === null ? null : ['Delivery id', h('code', {}, deliveryId)],
    fingerprint === null ? null : ['Fingerprint', h('code', {}, fingerprint)],
    secretId === null ? null : ['Routing', unsignedRouting ? UNSIGNED_ROUTING : 'by what is signed'],
    issues.length === 0 ? null : ['Payload', issues.map((issue) => h('code', {}, `${issue} `))],
    notes.length === 0 ? null : ['Notes', notes.join(', ')],
  ];
  return h(
    'dl.facts-table',
    {},
    rows.filter((row) => row !== null).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]),
  );
}

function makeSigned({ before, body: covers, after }, body) {
  return h(
    'code.signed',
    {},
    before === '' ? null : h('span.text', {}, before),
    covers ? h('span.whole', {}, `body, ${bytes(body?.size ?? null)}`) : null,
    after === '' ? null : h('span.text', {}, after),
  );
}
