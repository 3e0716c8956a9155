import { h } from './dom.mjs';
import { makeDiff } from './diff.mjs';

const CERTAINTY = { certain: 'Certain', likely: 'Likely', possible: 'Possible' };
const TITLES = {
  duplicate: 'A copy',
  failed: 'Why it failed',
  reported: 'Why it would be refused',
  refused: 'Why it was refused',
};

/** The diagnosis in plain words; nothing for a delivery with which nothing is wrong. */
export function makeWhy(delivery) {
  const { outcome, code, diagnosis, thrown } = delivery;
  if (code === null && outcome === 'accepted') return null;
  const findings = diagnosis.findings ?? [];
  const isAuthentic = diagnosis.verified === true;
  // With a delivery that failed or is a copy nothing need be wrong.
  const isDiagnosed = outcome === 'refused' || outcome === 'reported';
  return h(
    'section.why',
    { 'data-outcome': outcome },
    h('h3', {}, TITLES[outcome] ?? 'Why it was refused'),
    h('p.reason', {}, explain(delivery), code === null ? null : h('code', {}, code)),
    thrown === null ? null : [h('p.note', {}, 'Thrown:'), h('pre.thrown', { tabindex: '0' }, thrown)],
    diagnosis.error === undefined || !isDiagnosed
      ? null
      : h('p.note', {}, `It could not be diagnosed: ${diagnosis.error}.`),
    isAuthentic ? makeAuthentic(outcome) : findings.slice(0, 1).map(makeFinding),
    isAuthentic || diagnosis.diff === undefined ? null : makeDiff(diagnosis.diff),
    isAuthentic || findings.length < 2 ? null : makeOthers(findings.slice(1)),
  );
}

function explain({ outcome, status, reason }) {
  if (reason !== null) return `${sentence(reason)} `;
  if (outcome === 'failed') return `Your own code answered ${status}. `;
  return 'This delivery was handled before, so it was acknowledged and the handler did not run. ';
}

function makeAuthentic(outcome) {
  if (outcome === 'duplicate') return null;
  const words =
    outcome === 'failed'
      ? 'The delivery itself is authentic: its signature and its time are right.'
      : 'Signature and time are right: it was refused for another reason than its authenticity.';
  return h('p.note', {}, words);
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
