import { isThenable } from '../awaitable';
import { judgeDelivery } from '../core/custom';
import { readClaims } from '../core/authenticate';
import { planOf, type Plan } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { prepareSecrets } from '../core/secrets';
import { finding, type Finding } from './findings';
import { nameOf, type Subject } from './subject';

const MOST_NAMES = 4;

/** Whether the delivery comes from another sender than the one that is configured. */
export interface Others {
  readonly findings: readonly Finding[];
  /** Headers tell it, and not only the signature. */
  readonly marked: boolean;
}

/** Tries a delivery with the schemes of other providers. */
export function otherProviders(subject: Subject, providers: readonly Provider[], signed: boolean): Others {
  const others = providers.filter(({ name }) => name !== subject.plan.provider.name).map(planOf);
  const matching = others.filter((plan) => isSignedBy(subject, plan));
  const marked = matching.filter((plan) => marksOf(subject, plan).length > 0);
  if (matching.length > 0) {
    const best = marked.length > 0 ? marked : matching;
    return { findings: [provedFinding(subject, best)], marked: marked.length > 0 };
  }
  // Headers alone say little where the right ones are there as well.
  const similar = signed ? [] : others.filter((plan) => hasSignatureOf(subject, plan));
  return { findings: similar.length === 0 ? [] : [likelyFinding(subject, similar)], marked: false };
}

function isSignedBy({ delivery, secrets, now, publicUrl }: Subject, plan: Plan): boolean {
  if (plan.coversUrl && publicUrl === undefined) return false;
  const claims = readClaims(plan, delivery);
  if (typeof claims === 'string') return false;
  return secrets.some((secret) => {
    try {
      const prepared = prepareSecrets(plan.provider, { id: secret.id, value: secret.value }, () => undefined);
      const request = { ...delivery, url: publicUrl ?? delivery.url };
      const verdict = judgeDelivery(claims, prepared, request, now, Infinity);
      if (!isThenable(verdict)) return typeof verdict !== 'string';
      Promise.resolve(verdict).catch(() => undefined);
      return false;
    } catch {
      return false;
    }
  });
}

/** The headers of a provider that are there and that the configured one does not have. */
function marksOf({ delivery, plan: own }: Subject, plan: Plan): readonly string[] {
  const known = headersOf(own);
  return headersOf(plan).filter((name) => !known.includes(name) && Object.hasOwn(delivery.headers, name));
}

function headersOf(plan: Plan): readonly string[] {
  return [...plan.signatureHeaders, ...plan.timestampHeaders, ...plan.idHeaders, ...plan.eventHeaders];
}

function hasSignatureOf(subject: Subject, plan: Plan): boolean {
  const marks = marksOf(subject, plan);
  return plan.provider.algorithm !== 'token' && plan.signatureHeaders.some((name) => marks.includes(name));
}

function provedFinding({ plan: own }: Subject, plans: readonly Plan[]): Finding {
  return finding(
    'other-provider',
    'certain',
    `The delivery verifies as one of ${namesOf(plans)}, with a secret that is configured for ${own.provider.name}.`,
    'Proved: the signature is right by the scheme of that provider.',
  );
}

function likelyFinding({ plan: own }: Subject, plans: readonly Plan[]): Finding {
  const headers = [...new Set(plans.map(({ provider }) => nameOf(provider.signature.header)))];
  return finding(
    'other-provider',
    'likely',
    `There is ${headers.slice(0, MOST_NAMES).join(' and ')}, the signature of ${namesOf(plans)}.`,
    `${own.provider.name} does not send this header. With the secrets at hand nothing is proved.`,
  );
}

function namesOf(plans: readonly Plan[]): string {
  const names = plans.map(({ provider }) => provider.name);
  const rest = names.length - MOST_NAMES;
  const more = rest > 0 ? ` or ${rest} other${rest === 1 ? '' : 's'}` : '';
  return names.slice(0, MOST_NAMES).join(' or ') + more;
}
