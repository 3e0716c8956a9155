import type { DeliveryInput } from '../core/delivery';
import type * as Explain from './explain';
import type { Diagnosis } from './findings';
import { checkDelivery, checkSettings, type VerifySettings } from '../core/verify';
import { providers } from '../providers';

/**
 * Why a delivery does not verify: findings, the most certain first, each with its fix. For people who look after the
 * receiver; never for an answer to the sender. It takes milliseconds, so it is not for every delivery either. Throws
 * for no delivery, and a `TypeError` for wrong settings.
 */
export function diagnose(delivery: DeliveryInput, settings: VerifySettings): Diagnosis {
  // Loaded here, so that only its users pay for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { explain } = require('./explain') as typeof Explain;
  return explain(
    checkDelivery('diagnose()', delivery),
    checkSettings('diagnose()', settings),
    Object.values(providers),
  );
}
