import { h } from './dom.mjs';

const CERTAINTY = { certain: 'Certain', likely: 'Likely', possible: 'Possible' };

/** The diagnosis in plain words; nothing for a delivery with which nothing is wrong. */
export function makeWhy({ outcome, code, reason, diagnosis }) {
  if (code === null && outcome === 'accepted') return null;
  const title = { duplicate: 'A copy', failed: 'Why it failed', reported: 'Why it would be refused' }[
    outcome
  ];
  const findings = diagnosis.findings ?? [];
  const isAuthentic = diagnosis.verified === true;
  return h(
    'section.why',
    { 'data-outcome': outcome },
    h('h3', {}, title ?? 'Why it was refused'),
    reason === null
      ? h(
          'p.reason',
          {},
          'This delivery was handled before, so it was acknowledged and the handler did not run.',
        )
      : h('p.reason', {}, `${sentence(reason)} `, h('code', {}, code)),
    diagnosis.error === undefined ? null : h('p.note', {}, `It could not be diagnosed: ${diagnosis.error}.`),
    isAuthentic
      ? h(
          'p.note',
          {},
          'Signature and time are right: it was refused for another reason than its authenticity.',
        )
      : findings.slice(0, 1).map(makeFinding),
    isAuthentic || findings.length < 2 ? null : makeOthers(findings.slice(1)),
  );
}

function makeOthers(findings) {
  const what = findings.length === 1 ? 'One more finding' : `${findings.length} more findings`;
  return h('details', {}, h('summary', {}, what), findings.map(makeFinding));
}

function makeFinding({ code, certainty, observed, why, fix }) {
  return h(
    'div.finding',
    {},
    h('p.observed', {}, h(`span.certainty.${certainty}`, {}, CERTAINTY[certainty] ?? certainty), observed),
    why === '' ? null : h('p.because', {}, why),
    fix === '' ? null : h('p.fix', {}, h('b', {}, 'Fix'), h('span', {}, fix)),
    h('p.code', {}, code),
  );
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
