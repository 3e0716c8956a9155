import { isThenable } from '../awaitable';
import { authenticateDelivery } from '../core/custom';
import { parseSignatureHeaders } from '../core/authenticate';
import { getCompiled, type CompiledProvider } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { prepareSecrets } from '../core/secrets';
import { makeFinding, type Finding } from './findings';
import type { Subject } from './subject';

const MOST_NAMES = 4;
// Names that say nothing of the sender.
export const COMMON_HEADERS: readonly string[] = [
  'authorization',
  'token',
  'signature',
  'signature-input',
  'content-digest',
  'x-signature',
  'x-timestamp',
  'idempotency-key',
  'request-id',
  'x-request-id',
  'x-request-uuid',
  'x-webhook-signature',
  'x-webhook-timestamp',
  'x-hook-signature',
  'x-webhook-id',
  'x-event-id',
  'x-event-key',
  'x-event-name',
  'x-event-type',
  'x-delivery-id',
  'x-idempotency-key',
  'x-topic',
];

/** Whether the delivery comes from another sender than the one that is configured. */
export interface Others {
  readonly findings: readonly Finding[];
  /** Headers tell it, and not only the signature: headers that the configured sender has no version of its own with. */
  readonly marked: boolean;
  /** An older or simpler header that the configured sender sends beside its own, and that is right. */
  readonly companion: CompiledProvider | undefined;
}

/** Tries a delivery with the schemes of other providers. */
export function findOtherProviders(
  subject: Subject,
  providers: readonly Provider[],
  signed: boolean,
): Others {
  const others = providers.filter(({ name }) => name !== subject.plan.provider.name).map(getCompiled);
  const verified = others.filter((compiled) => isSignedBy(subject, compiled));
  const companions = verified.filter((compiled) => isCompanion(subject, compiled, signed));
  const matching = verified.filter((compiled) => !companions.includes(compiled));
  const marked = matching.filter((compiled) => listMarks(subject, compiled).length > 0);
  const [companion] = companions;
  if (matching.length > 0) {
    const best = marked.length > 0 ? marked : matching;
    const isForeign = marked.some((compiled) => signed || getFamily(compiled) !== getFamily(subject.plan));
    return { findings: [describeProof(subject, best)], marked: isForeign, companion };
  }
  // Headers alone say little where the right ones are there as well.
  const similar = signed ? [] : findInPlainSight(subject, others);
  return {
    findings: similar.length === 0 ? [] : [describeHeaders(subject, similar)],
    marked: false,
    companion,
  };
}

function isSignedBy({ delivery, secrets, now, publicUrl }: Subject, compiled: CompiledProvider): boolean {
  if (compiled.coversUrl && publicUrl === undefined) return false;
  const parsedSignature = parseSignatureHeaders(compiled, delivery);
  if (typeof parsedSignature === 'string') return false;
  return secrets.some((secret) => {
    try {
      const prepared = prepareSecrets(
        compiled.provider,
        { id: secret.id, value: secret.value },
        () => undefined,
      );
      const request = { ...delivery, url: publicUrl ?? delivery.url };
      const verdict = authenticateDelivery(parsedSignature, prepared, request, {
        now,
        toleranceMs: Infinity,
      });
      if (!isThenable(verdict)) return typeof verdict !== 'string';
      Promise.resolve(verdict).catch(() => undefined);
      return false;
    } catch {
      return false;
    }
  });
}

/**
 * Whether the configured sender sends this signature itself, beside its own: GitHub sends SHA-1 beside SHA-256, HubSpot
 * version 1 beside version 3, FastComments its token. Then there are more own headers than headers of the other one, or
 * the name of the own signature begins with that of the other and nothing else could tell them apart.
 */
function isCompanion(subject: Subject, compiled: CompiledProvider, signed: boolean): boolean {
  const { plan: own, delivery } = subject;
  const theirs = listHeaders(compiled);
  const marks = listMarks(subject, compiled);
  if (!compiled.signatureHeaders.some((name) => marks.includes(name))) return false;
  const ownHeaders = listHeaders(own).filter((name) => !theirs.includes(name));
  const present = ownHeaders.filter((name) => Object.hasOwn(delivery.headers, name));
  if (present.length > marks.length) return true;
  const isAlike = compiled.signatureHeaders.some((name) => ownHeaders.some((one) => one.startsWith(name)));
  const isFamily = getFamily(own) === getFamily(compiled);
  if (!isAlike && !(isFamily && signed)) return false;
  return signed ? present.length === marks.length : ownHeaders.length === own.signatureHeaders.length;
}

// The schemes of one sender have one name in front: hubspot-v1, hubspot-v3.
function getFamily({ provider }: CompiledProvider): string {
  return provider.name.replace(/-.*/, '');
}

/** The headers of a provider that are there and that the configured one does not have. */
function listMarks({ delivery, plan: own }: Subject, compiled: CompiledProvider): readonly string[] {
  const known = listHeaders(own);
  return listHeaders(compiled).filter(
    (name) => !known.includes(name) && Object.hasOwn(delivery.headers, name),
  );
}

/** Those of them that name their sender. An older header of the configured sender may be another's, too. */
function listBrands(subject: Subject, compiled: CompiledProvider): readonly string[] {
  const own = listHeaders(subject.plan);
  return listMarks(subject, compiled).filter(
    (name) => !COMMON_HEADERS.includes(name) && !own.some((one) => one.startsWith(name)),
  );
}

/** The headers that a provider reads. */
export function listHeaders(compiled: CompiledProvider): readonly string[] {
  return [
    ...compiled.signatureHeaders,
    ...compiled.timestampHeaders,
    ...compiled.idHeaders,
    ...compiled.eventHeaders,
  ];
}

/** The providers whose headers are there, those with most of them. */
function findInPlainSight(
  subject: Subject,
  others: readonly CompiledProvider[],
): readonly CompiledProvider[] {
  const { plan: own, delivery } = subject;
  // A sender whose own headers are there does not sign; another one is not needed to explain that.
  const isOwn = listHeaders(own).some(
    (name) => !COMMON_HEADERS.includes(name) && Object.hasOwn(delivery.headers, name),
  );
  if (isOwn) return [];
  const counted = others.map((compiled) => ({
    compiled,
    count: listBrands(subject, compiled).length,
  }));
  const most = Math.max(...counted.map(({ count }) => count), 1);
  return counted.filter(({ count }) => count === most).map(({ compiled }) => compiled);
}

function describeProof({ plan: own }: Subject, plans: readonly CompiledProvider[]): Finding {
  return makeFinding(
    'other-provider',
    'certain',
    `The delivery verifies as one of ${listNames(plans)}, with a secret that is configured for ${own.provider.name}.`,
    'Proved: the signature is right by the scheme of that provider.',
  );
}

function describeHeaders(subject: Subject, plans: readonly CompiledProvider[]): Finding {
  const { plan: own } = subject;
  const marks = plans.flatMap((compiled) => {
    const present = listBrands(subject, compiled);
    const { signature, timestamp, id, event } = compiled.provider;
    const written = [signature.header, timestamp?.header, id?.header, event?.header].flatMap((names) =>
      [names ?? []].flat(),
    );
    return written.filter((name) => present.includes(name.toLowerCase())).slice(0, 1);
  });
  return makeFinding(
    'other-provider',
    'likely',
    `There is ${[...new Set(marks)].slice(0, MOST_NAMES).join(' and ')}, a header of ${listNames(plans)}.`,
    `${own.provider.name} does not send this header. With the secrets at hand nothing is proved.`,
  );
}

function listNames(plans: readonly CompiledProvider[]): string {
  const names = plans.map(({ provider }) => provider.name);
  const rest = names.length - MOST_NAMES;
  const more = rest > 0 ? ` or ${rest} other${rest === 1 ? '' : 's'}` : '';
  return names.slice(0, MOST_NAMES).join(' or ') + more;
}

/** Another sender in plain sight explains what is missing: that is then no reason of its own. */
export function putFirst(others: readonly Finding[], faults: readonly Finding[]): readonly Finding[] {
  if (others.some(({ certainty }) => certainty === 'certain')) return others;
  return [...others, ...faults.map((fault) => ({ ...fault, certainty: 'possible' as const }))];
}
