import { isThenable } from '../awaitable';
import type { ListedSecret } from '../core/secret-option';
import { authenticateDelivery } from '../core/custom';
import { parseSignatureHeaders, type Verdict } from '../core/authenticate';
import { prepareSecret, type PreparedSecret } from '../core/secrets';
import { makeFinding, type Finding } from './findings';
import type { FindingCode } from './fixes';
import { listSecretTexts } from './mistakes/secret';
import { describeLooks } from './mistakes/secret-looks';
import { computeFingerprint, nameSecret, type Subject } from './subject';

const AROUND: readonly FindingCode[] = ['secret-quotes', 'secret-white-space', 'secret-format'];

/** The secrets that can be used, and what is wrong with the others. */
export interface UsableSecrets {
  readonly secrets: readonly PreparedSecret[];
  readonly faults: readonly Finding[];
}

/** Reads the secrets; one that cannot be read is a finding, where a receiver would not start. */
export function prepareUsable(subject: Subject): UsableSecrets {
  const { provider } = subject.plan;
  const faults: Finding[] = [];
  const secrets = subject.secrets.flatMap((secret) => {
    try {
      return [prepareSecret(provider, secret, ignoreWarning)];
    } catch (error) {
      const problem = (error as Error).message.replace('option "secret" ', '');
      const observed = `The secret "${secret.id}" (fingerprint ${computeFingerprint(secret.value)}) cannot be used: ${problem}.`;
      const unusable = makeFinding(
        'secret-format',
        'certain',
        observed,
        'A receiver with this secret does not start.',
      );
      // Its looks say more than that it cannot be read.
      const [looks = describeAround(subject, secret) ?? unusable] = describeLooks(subject, secret, 'certain');
      faults.push(looks);
      return [];
    }
  });
  return { faults, secrets };
}

function ignoreWarning(): void {
  // A diagnosis says itself what is wrong with a secret.
}

/** Names the text around a secret that can be read without it. */
function describeAround({ plan: { provider } }: Subject, secret: ListedSecret): Finding | undefined {
  const readable = listSecretTexts(secret).find(({ value, differences }) => {
    if (differences.length > 1 || !AROUND.some((code) => differences[0]?.code === code)) return false;
    try {
      return prepareSecret(provider, { ...secret, value }, ignoreWarning).id !== '';
    } catch {
      return false;
    }
  });
  const [difference] = readable?.differences ?? [];
  if (difference === undefined) return undefined;
  const why = 'Without it the secret can be read; a receiver with this secret does not start.';
  return makeFinding(difference.code, 'certain', difference.observed, why);
}

/** Authenticates as `verify` does: a verdict, that it would need time, or nothing where it refuses. */
export function findVerdict(
  subject: Subject,
  secrets: readonly PreparedSecret[],
): Verdict | 'needs-time' | undefined {
  const { plan: compiled, delivery, now, toleranceMs, publicUrl } = subject;
  const parsedSignature = parseSignatureHeaders(compiled, delivery);
  if (typeof parsedSignature === 'string' || (compiled.coversUrl && publicUrl === undefined))
    return undefined;
  const request = { ...delivery, url: publicUrl ?? delivery.url };
  try {
    const verdict = authenticateDelivery(parsedSignature, secrets, request, { now, toleranceMs });
    if (!isThenable(verdict)) return typeof verdict === 'string' ? undefined : verdict;
    // Its answer is no longer needed.
    Promise.resolve(verdict).catch(() => undefined);
    return 'needs-time';
  } catch {
    // A "verify" function of the user has thrown; a receiver would answer 503.
    return undefined;
  }
}

/** Says that no secret is the right one, and what else would leave no trace. */
export function describeUnknown({ plan: { provider }, secrets }: Subject): Finding {
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
