import type { Delivery } from '../core/delivery';
import { readMessage } from '../core/custom';
import { bodyTimestamp, parseSignatureHeaders } from '../core/authenticate';
import type { CompiledProvider } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import type { VerifySettings } from '../core/verify';
import { searchCustom, type CustomScheme } from './custom-search';
import {
  makeFinding,
  sortFindings,
  proveFindings,
  type Difference,
  type Diagnosis,
  type Finding,
} from './findings';
import { BEFORE_SERVER, RAW_BODY, type FindingCode } from './fixes';
import { describeMissing, describeRepeated, readValues } from './header-values';
import { findBodyHints, findHeaderHints } from './hints';
import { findSecretHints } from './mistakes/secret-looks';
import { findVerdict, prepareUsable, type UsableSecrets } from './verdict';
import { findOtherProviders } from './other-providers';
import { readHeaders, type ParsedHeaders } from './read-headers';
import { search } from './search';
import { readContentLength, getName, nameSecret, makeSubject, type Subject } from './subject';
import { findWindowFaults } from './mistakes/time';

const SMALLEST_SIGNATURE = 16;
// With these nothing can be computed that the signature could be compared with.
const UNCHECKED: readonly FindingCode[] = [
  'signature-missing',
  'signature-malformed',
  'signature-truncated',
  'timestamp-missing',
  'timestamp-malformed',
  'id-missing',
  'id-malformed',
  'header-repeated',
  'header-joined',
];

/** Why a delivery does not verify. Settings and delivery are checked already. */
export function explain(
  delivery: Delivery,
  settings: VerifySettings,
  providers: readonly Provider[],
): Diagnosis {
  const subject = makeSubject(delivery, settings);
  const usable = prepareUsable(subject);
  const verdict = findVerdict(subject, usable.secrets);
  if (typeof verdict === 'object') {
    const { provider } = subject.plan;
    const secrets = subject.secrets.filter(({ id }) => id === verdict.secret.id).map(nameSecret);
    const observed = `The signature of ${provider.name} is right, with ${secrets.join()}.`;
    const why = 'Header, time and signature are as the sender makes them.';
    return { verified: true, findings: [makeFinding('verified', 'certain', observed, why)] };
  }
  if (verdict === 'needs-time') {
    const observed = `${subject.plan.provider.name} is verified by a function that needs time.`;
    const why = 'A diagnosis waits for nothing.';
    const looks = [...findSecretHints(subject), ...findBodyHints(subject)];
    const findings = [...sortFindings(looks), makeFinding('not-judged', 'certain', observed, why)];
    return { verified: false, findings: maskSecrets(fitFixes(findings, subject), subject) };
  }
  const { custom } = subject.plan;
  const explained =
    custom === undefined
      ? explainData(subject, usable, providers)
      : explainCustom(subject, custom, usable, providers);
  // The mistake that makes a secret usable has said what is wrong with it.
  const repaired = explained.some(
    ({ code, certainty }) => code.startsWith('secret-') && certainty === 'certain',
  );
  const all = [...(repaired ? [] : usable.faults), ...explained, ...findUrlFaults(subject)];
  const findings = sortFindings(all.length === 0 ? [describeUnclear(subject)] : all);
  return { verified: false, findings: maskSecrets(fitFixes(findings, subject), subject) };
}

function explainData(
  subject: Subject,
  usable: UsableSecrets,
  providers: readonly Provider[],
): readonly Finding[] {
  const reading = readHeaders(subject);
  const others = findOtherProviders(subject, providers, reading.signed);
  if (others.marked) return others.findings;
  const found = search(subject, reading);
  const times = findTimeFaults(subject, reading, found);
  if (found !== undefined) {
    // A header that is there under another name is not missing.
    const renamed = found.some(({ code }) => code === 'header-renamed');
    const faults = reading.faults.filter(({ code }) => !(renamed && code.endsWith('-missing')));
    return [...proveFindings(found), ...faults, ...times];
  }
  if (others.findings.length > 0) return putFirst(others.findings, [...reading.faults, ...times]);
  return [
    ...reading.faults,
    ...times,
    ...(others.companion === undefined || !reading.signed
      ? guessFindings(subject, usable, reading)
      : describeCompanion(subject, others.companion)),
  ];
}

/** Another sender in plain sight explains what is missing: that is then no reason of its own. */
function putFirst(others: readonly Finding[], faults: readonly Finding[]): readonly Finding[] {
  if (others.some(({ certainty }) => certainty === 'certain')) return others;
  return [...others, ...faults.map((fault) => ({ ...fault, certainty: 'possible' as const }))];
}

/** The secret is right, because another signature that the sender sends beside its own is. */
function describeCompanion(subject: Subject, companion: CompiledProvider): readonly Finding[] {
  const { provider } = subject.plan;
  const name = getName(companion.provider.signature.header);
  if (!companion.coversBody) {
    const observed = `The secret is right, for ${name} is; so the body or the signed time is not what was signed.`;
    const why = `${provider.name} sends both headers, made with one secret.`;
    return [...findBodyHints(subject), makeFinding('body-changed', 'likely', observed, why)];
  }
  const observed = `The secret and the body are right, for ${name} is; so ${getName(provider.signature.header)} ${provider.timestamp === undefined ? '' : 'or the signed time '}was changed.`;
  const why = `${provider.name} sends both headers, made with one secret.`;
  return [makeFinding('signature-malformed', 'likely', observed, why)];
}

function explainCustom(
  subject: Subject,
  custom: CustomScheme,
  usable: UsableSecrets,
  providers: readonly Provider[],
): readonly Finding[] {
  const faults = findCustomFaults(subject);
  const found = searchCustom(subject, custom);
  if (found !== undefined) {
    const times = found.timestamp === undefined ? [] : findWindowFaults(subject, found.timestamp);
    const renamed = found.differences.some(({ code }) => code === 'header-renamed');
    return [...proveFindings(found.differences), ...(renamed ? [] : faults), ...times];
  }
  const isUnsigned = faults.length === 0 && hasNoMessage(subject, custom);
  const others = findOtherProviders(subject, providers, faults.length === 0 && !isUnsigned);
  if (others.marked || others.findings.length > 0) return putFirst(others.findings, faults);
  if (faults.length > 0) return [...findHeaderHints(subject, faults), ...faults];
  if (isUnsigned) return [...findBodyHints(subject), describeNoMessage(subject)];
  const isChecked = usable.secrets.length > 0 && !(subject.plan.coversUrl && subject.publicUrl === undefined);
  return [
    ...findSecretHints(subject),
    ...findBodyHints(subject),
    ...(isChecked ? [describeUnknown(subject)] : []),
  ];
}

/** Whether the scheme finds nothing in the delivery that it could verify, whatever the secret is. */
function hasNoMessage({ delivery, now, toleranceMs, publicUrl }: Subject, custom: CustomScheme): boolean {
  const request = { ...delivery, url: publicUrl ?? delivery.url };
  try {
    return readMessage(custom, request, { now, toleranceMs, secretIds: ['default'] }) === undefined;
  } catch {
    return false;
  }
}

function describeNoMessage({ plan: { provider, signatureHeaders } }: Subject): Finding {
  const isInBody = signatureHeaders.length === 0;
  return makeFinding(
    isInBody ? 'signature-missing' : 'signature-malformed',
    'likely',
    `${isInBody ? 'The body has' : 'Headers and body have'} nothing in the form that ${provider.name} signs.`,
    'It is refused before any secret is tried.',
  );
}

/** Of the headers of a scheme that is code only this is known: each must be there once. */
function findCustomFaults(subject: Subject): readonly Finding[] {
  return subject.plan.signatureHeaders.flatMap((name) => {
    const values = readValues(subject.delivery, [name]);
    const role = /time/.test(name) ? 'timestamp' : /-id$/.test(name) ? 'id' : 'signature';
    if (values.length === 0) return [describeMissing(subject, `${role}-missing`, name)];
    if (values.length > 1) return [describeRepeated(name, values.length)];
    if (values[0]?.trim() !== '') return [];
    const why = `${subject.plan.provider.name} never sends it empty.`;
    return [makeFinding(`${role}-malformed`, 'certain', `The header ${name} is empty.`, why)];
  });
}

/** The findings that are only likely, where nothing makes the signature right. */
function guessFindings(subject: Subject, usable: UsableSecrets, reading: ParsedHeaders): readonly Finding[] {
  const { faults, signed, signatures } = reading;
  const hints = findHeaderHints(subject, faults);
  if (!signed) return hints;
  // The secret is blamed only where a signature could be checked with it.
  const isChecked =
    usable.secrets.length > 0 &&
    signatures.some(({ value }) => value.length >= SMALLEST_SIGNATURE) &&
    !faults.some(({ code }) => UNCHECKED.includes(code)) &&
    !(subject.plan.coversUrl && subject.publicUrl === undefined);
  const all = [...hints, ...findSecretHints(subject), ...findBodyHints(subject)];
  return isChecked ? [...all, describeUnknown(subject)] : all;
}

function describeUnknown({ plan: { provider }, secrets }: Subject): Finding {
  const names = secrets.map(nameSecret).join(', ');
  const token = provider.algorithm === 'token';
  return makeFinding(
    'secret-unknown',
    'likely',
    `No known mistake reproduces this ${token ? 'token' : 'signature'} with ${names}.`,
    'Bodies, headers, encodings and ways to sign were tried in the forms in which they go wrong. What remains is ' +
      'that the secret is probably another one: that of another endpoint, account or environment, or an older one. ' +
      'A body that was changed on the way and cannot be brought back (values, order of fields, numbers written ' +
      'otherwise) leaves no other trace.',
  );
}

function findUrlFaults({ plan: compiled, publicUrl }: Subject): readonly Finding[] {
  if (!compiled.coversUrl || publicUrl !== undefined) return [];
  const observed = `${compiled.provider.name} signs the address, and no "publicUrl" is given.`;
  const why = 'Behind a proxy a receiver cannot know the address that the sender has called.';
  return [makeFinding('public-url-missing', 'certain', observed, why)];
}

/** The signature is right, and hooklatch refuses body or headers for a reason of its own, such as too many items. */
function describeUnclear({ plan: compiled, delivery }: Subject): Finding {
  const { provider } = compiled;
  if (compiled.restsOnBody && typeof parseSignatureHeaders(compiled, delivery) !== 'string') {
    const observed = 'The signature is right, but the body is neither a JSON object nor a list.';
    const why = `Only such a body shows where it begins in what ${provider.name} signs.`;
    return makeFinding('body-not-json', 'certain', observed, why);
  }
  const observed = `The signature is right, but the headers are not written as ${provider.name} does.`;
  return makeFinding('signature-malformed', 'certain', observed, 'hooklatch takes no other writing.');
}

function findTimeFaults(
  subject: Subject,
  reading: ParsedHeaders,
  found: readonly Difference[] | undefined,
): readonly Finding[] {
  const { plan: compiled, delivery } = subject;
  if (compiled.provider.timestamp?.body === undefined) {
    return reading.time === undefined ? [] : findWindowFaults(subject, reading.time);
  }
  // A time in the body says something only where the body is authentic.
  if (found === undefined) return [];
  const time = Number(bodyTimestamp(compiled, delivery.body));
  if (!Number.isNaN(time)) return findWindowFaults(subject, time);
  // The body that was signed may well have one.
  if (found.some(({ code }) => code.startsWith('body-'))) return [];
  const { body, unit } = compiled.provider.timestamp;
  const observed = `The signed body has no time in ${unit} at "${body}".`;
  return [
    makeFinding(
      'timestamp-missing',
      'certain',
      observed,
      `${compiled.provider.name} writes one into every body.`,
    ),
  ];
}

/** A server that has read the bytes as they came needs no other place for its parser. */
function fitFixes(findings: readonly Finding[], { delivery }: Subject): readonly Finding[] {
  if (readContentLength(delivery) !== delivery.body.length) return findings;
  return findings.map((found) => ({ ...found, fix: found.fix.replace(RAW_BODY, BEFORE_SERVER) }));
}

/** The last belt: whatever a text has quoted, no secret is in it. */
function maskSecrets(findings: readonly Finding[], { secrets }: Subject): readonly Finding[] {
  const values = secrets.flatMap(({ value }) => [value, value.trim()]).filter(({ length }) => length >= 6);
  const mask = (text: string): string =>
    values.reduce((all, value) => all.replaceAll(value, '[secret]'), text);
  return findings.map((found) => ({ ...found, observed: mask(found.observed), why: mask(found.why) }));
}
