import type { Delivery, DeliveryInput } from '../core/delivery';
import type { Provider } from '../core/provider';
import type * as Explain from './explain';
import type { Diagnosis } from './findings';
import type * as Guess from './guess-provider';
import { checkDelivery, checkSettings, type VerifySettings } from '../core/verify';
import { providers } from '../providers';

/** Settings of `diagnose`: those of `verify`, and the provider may be left out. */
export interface DiagnoseSettings extends Omit<VerifySettings, 'provider'> {
  /** @default the sender whose headers the delivery has */
  readonly provider?: Provider | undefined;
}

const WHERE = 'diagnose()';
// Senders with the same headers; of these the one counts with which the delivery verifies.
const MOST_GUESSES = 4;

/**
 * Why a delivery does not verify: findings, the most certain first, each with its fix. For people who look after the
 * receiver; never for an answer to the sender. It takes about a tenth of a second, so it is not for every delivery
 * either. Throws for no delivery, and a `TypeError` for wrong settings, or where there is no provider and no header of
 * a known sender.
 */
export function diagnose(delivery: DeliveryInput, settings: DiagnoseSettings): Diagnosis {
  // Loaded here, so that only its users pay for it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { explain } = require('./explain') as typeof Explain;
  const sent = checkDelivery(WHERE, delivery);
  const all = Object.values(providers);
  const { provider } = Object(settings) as DiagnoseSettings;
  const [first, ...others] = (provider === undefined ? guess(sent) : [provider]).map((one) =>
    explain(sent, checkSettings(WHERE, { ...settings, provider: one }), all),
  );
  if (first === undefined) {
    throw new TypeError(`${WHERE}: no header is of a known sender, so give the option "provider"`);
  }
  return others.find(({ verified }) => verified) ?? first;
}

function guess(delivery: Delivery): readonly Provider[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { guessProviders } = require('./guess-provider') as typeof Guess;
  return guessProviders(delivery, Object.values(providers)).slice(0, MOST_GUESSES);
}
