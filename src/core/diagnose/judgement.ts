import { isThenable } from '../../eventually';
import type { WebhookErrorCode } from '../../errors';
import { judgeDelivery } from '../custom';
import { isFresh, readClaims, type Verdict } from '../judge';
import { prepareSecret, type PreparedSecret } from '../secrets';
import { finding, type Finding } from './findings';
import { fingerprint, type Subject } from './subject';

/** What hooklatch itself says: a verdict, the code of a refusal, or that it would need time. */
export type Judgement = Verdict | WebhookErrorCode | 'needs-time';

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
      const problem = (error as Error).message.replace(/^option "secret" /, '').replace(/\.$/, '');
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
  const { plan, delivery, now, toleranceMs, publicUrl } = subject;
  const claims = readClaims(plan, delivery);
  if (typeof claims === 'string') return claims;
  if (!isFresh(claims.timestamp, now, toleranceMs)) return 'ERR_WEBHOOK_TIMESTAMP';
  if (plan.coversUrl && publicUrl === undefined) return 'ERR_WEBHOOK_SIGNATURE';
  const request = { ...delivery, url: publicUrl ?? delivery.url };
  try {
    const verdict = judgeDelivery(claims, secrets, request, now, toleranceMs);
    if (!isThenable(verdict)) return verdict;
    // Nobody waits for it any more.
    Promise.resolve(verdict).catch(() => undefined);
    return 'needs-time';
  } catch {
    // A "verify" function of somebody's own has thrown; a receiver would answer 503.
    return 'ERR_WEBHOOK_SECRET';
  }
}
