import { isThenable } from '../awaitable';
import { authenticateDelivery } from '../core/custom';
import { parseSignatureHeaders, type Verdict } from '../core/authenticate';
import { prepareSecret, type PreparedSecret } from '../core/secrets';
import { finding, type Finding } from './findings';
import { fingerprint, type Subject } from './subject';

/** What hooklatch itself says: a verdict, that it would need time, or nothing where it refuses. */
export type Judgement = Verdict | 'needs-time' | undefined;

/** The secrets that can be used, and what is wrong with the others. */
export interface Usable {
  readonly secrets: readonly PreparedSecret[];
  readonly faults: readonly Finding[];
}

/** Reads the secrets; one that cannot be read is a finding, where a receiver would not start. */
export function usableSecrets({ plan: { provider }, secrets }: Subject): Usable {
  const faults: Finding[] = [];
  const usable = secrets.flatMap((secret) => {
    try {
      return [prepareSecret(provider, secret, () => undefined)];
    } catch (error) {
      const problem = (error as Error).message.replace('option "secret" ', '');
      const observed = `The secret "${secret.id}" (fingerprint ${fingerprint(secret.value)}) cannot be used: ${problem}.`;
      faults.push(
        finding('secret-format', 'certain', observed, 'A receiver with this secret does not start.'),
      );
      return [];
    }
  });
  return { faults, secrets: usable };
}

/** Judges as `verify` does. */
export function judgement(subject: Subject, secrets: readonly PreparedSecret[]): Judgement {
  const { plan: compiled, delivery, now, toleranceMs, publicUrl } = subject;
  const parsedSignature = parseSignatureHeaders(compiled, delivery);
  if (typeof parsedSignature === 'string' || (compiled.coversUrl && publicUrl === undefined))
    return undefined;
  const request = { ...delivery, url: publicUrl ?? delivery.url };
  try {
    const verdict = authenticateDelivery(parsedSignature, secrets, request, now, toleranceMs);
    if (!isThenable(verdict)) return typeof verdict === 'string' ? undefined : verdict;
    // Nobody waits for it any more.
    Promise.resolve(verdict).catch(() => undefined);
    return 'needs-time';
  } catch {
    // A "verify" function of somebody's own has thrown; a receiver would answer 503.
    return undefined;
  }
}
