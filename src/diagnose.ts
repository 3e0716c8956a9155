import type { Delivery } from './core/delivery';
import type { Diagnosis } from './core/diagnose/findings';
import { verifySync, type VerifySettings } from './core/verify';
import { WebhookError } from './errors';

/** Why a delivery does not verify. Throws for no delivery; a `TypeError` for wrong settings, as `verify` does. */
export function diagnose(delivery: Delivery, settings: VerifySettings): Diagnosis {
  try {
    verifySync(delivery, settings);
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    return { verified: false, findings: [finding('secret-unknown')] };
  }
  return { verified: true, findings: [finding('verified')] };
}

function finding(code: string): Diagnosis['findings'][number] {
  return { code, certainty: 'certain', observed: '', why: '', fix: '' };
}
