import type { Delivery } from '../core/delivery';
import { bodyTimestamp, parseSignatureHeaders } from '../core/authenticate';
import type { CompiledProvider } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import type { VerifySettings } from '../core/verify';
import { explainCustom } from './explain-custom';
import {
  makeFinding,
  sortFindings,
  proveFindings,
  type Difference,
  type Diagnosis,
  type Finding,
} from './findings';
import { BEFORE_SERVER, RAW_BODY, type FindingCode } from './fixes';
import { findBodyHints, nameRenamed } from './hints';
import { findSecretHints } from './mistakes/secret-looks';
import { describeUnknown, findVerdict, prepareUsable, type UsableSecrets } from './verdict';
import { findOtherProviders, putFirst } from './other-providers';
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
    // One that holds several values is no signature for that reason alone.
    const isJoined = found.some(({ code }) => code === 'header-joined');
    const faults = reading.faults.filter(
      ({ code }) => !(renamed && code.endsWith('-missing')) && !(isJoined && code === 'signature-malformed'),
    );
    return [...proveFindings(found), ...faults, ...times];
  }
  if (others.findings.length > 0) return putFirst(others.findings, [...reading.faults, ...times]);
  return [
    ...nameRenamed(subject, reading.faults),
    ...times,
    ...(others.companion === undefined || !reading.signed
      ? guessFindings(subject, usable, reading)
      : describeCompanion(subject, others.companion)),
  ];
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

/** The findings that are only likely, where nothing makes the signature right. */
function guessFindings(subject: Subject, usable: UsableSecrets, reading: ParsedHeaders): readonly Finding[] {
  const { faults, signed, signatures } = reading;
  if (!signed) return [];
  // The secret is blamed only where a signature could be checked with it.
  const isChecked =
    usable.secrets.length > 0 &&
    signatures.some(({ value }) => value.length >= SMALLEST_SIGNATURE) &&
    !faults.some(({ code }) => UNCHECKED.includes(code)) &&
    !(subject.plan.coversUrl && subject.publicUrl === undefined);
  const all = [...findSecretHints(subject), ...findBodyHints(subject)];
  return isChecked ? [...all, describeUnknown(subject)] : all;
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
