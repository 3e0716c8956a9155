import { numberBetween, type OptionCheck } from '../options';
import type { Provider } from './provider';

export const TOLERANCE: OptionCheck = numberBetween(1, 86_400, 'seconds');

export const A_URL: OptionCheck = {
  accepts: (value) => typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value),
  expects: "an address that begins with 'https://' or 'http://'",
};

/** Checked with the provider at hand, where the message can say more. */
export const A_SECRET: OptionCheck = { accepts: () => true, expects: 'a secret', secret: true };

export const RAW_HEADERS: OptionCheck = {
  accepts: (value) => Array.isArray(value),
  expects: 'a list of names and values in turn',
  secret: true,
};

/** The message for a scheme that signs the address where the option that gives it is missing. */
export function describeMissingUrl(provider: Provider): string {
  return (
    `option "publicUrl" is required for ${provider.name}, which signs the address: ` +
    'give the address as the sender knows it, such as https://example.org/webhooks, or its origin alone'
  );
}
