import { isThenable } from '../awaitable';
import { authenticateDelivery } from '../core/custom';
import { parseSignatureHeaders } from '../core/authenticate';
import { getCompiled, type CompiledProvider } from '../core/compiled-provider';
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
  const others = providers.filter(({ name }) => name !== subject.plan.provider.name).map(getCompiled);
  const matching = others.filter((compiled) => isSignedBy(subject, compiled));
  const marked = matching.filter((compiled) => marksOf(subject, compiled).length > 0);
  if (matching.length > 0) {
    const best = marked.length > 0 ? marked : matching;
    return { findings: [provedFinding(subject, best)], marked: marked.length > 0 };
  }
  // Headers alone say little where the right ones are there as well.
  const similar = signed ? [] : others.filter((compiled) => hasSignatureOf(subject, compiled));
  return { findings: similar.length === 0 ? [] : [likelyFinding(subject, similar)], marked: false };
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
      const verdict = authenticateDelivery(parsedSignature, prepared, request, now, Infinity);
      if (!isThenable(verdict)) return typeof verdict !== 'string';
      Promise.resolve(verdict).catch(() => undefined);
      return false;
    } catch {
      return false;
    }
  });
}

/** The headers of a provider that are there and that the configured one does not have. */
function marksOf({ delivery, plan: own }: Subject, compiled: CompiledProvider): readonly string[] {
  const known = headersOf(own);
  return headersOf(compiled).filter((name) => !known.includes(name) && Object.hasOwn(delivery.headers, name));
}

function headersOf(compiled: CompiledProvider): readonly string[] {
  return [
    ...compiled.signatureHeaders,
    ...compiled.timestampHeaders,
    ...compiled.idHeaders,
    ...compiled.eventHeaders,
  ];
}

function hasSignatureOf(subject: Subject, compiled: CompiledProvider): boolean {
  const marks = marksOf(subject, compiled);
  return (
    compiled.provider.algorithm !== 'token' && compiled.signatureHeaders.some((name) => marks.includes(name))
  );
}

function provedFinding({ plan: own }: Subject, plans: readonly CompiledProvider[]): Finding {
  return finding(
    'other-provider',
    'certain',
    `The delivery verifies as one of ${namesOf(plans)}, with a secret that is configured for ${own.provider.name}.`,
    'Proved: the signature is right by the scheme of that provider.',
  );
}

function likelyFinding({ plan: own }: Subject, plans: readonly CompiledProvider[]): Finding {
  const headers = [...new Set(plans.map(({ provider }) => nameOf(provider.signature.header)))];
  return finding(
    'other-provider',
    'likely',
    `There is ${headers.slice(0, MOST_NAMES).join(' and ')}, the signature of ${namesOf(plans)}.`,
    `${own.provider.name} does not send this header. With the secrets at hand nothing is proved.`,
  );
}

function namesOf(plans: readonly CompiledProvider[]): string {
  const names = plans.map(({ provider }) => provider.name);
  const rest = names.length - MOST_NAMES;
  const more = rest > 0 ? ` or ${rest} other${rest === 1 ? '' : 's'}` : '';
  return names.slice(0, MOST_NAMES).join(' or ') + more;
}
