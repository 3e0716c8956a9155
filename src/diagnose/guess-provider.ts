import type { Delivery } from '../core/delivery';
import { lowerCaseHeaders } from '../core/headers';
import type { Provider } from '../core/provider';
import { getCompiled, type CompiledProvider } from '../core/compiled-provider';
import { COMMON_HEADERS, listHeaders } from './other-providers';

/** The providers whose headers a delivery has: those with a signature first, then those with most of them. */
export function guessProviders(
  delivery: Pick<Delivery, 'headers'>,
  providers: readonly Provider[],
): readonly Provider[] {
  const headers = lowerCaseHeaders(delivery.headers);
  const counted = providers.map((provider) => {
    const names = listHeaders(getCompiled(provider));
    const present = names.filter((name) => Object.hasOwn(headers, name));
    const brands = present.filter((name) => !COMMON_HEADERS.includes(name));
    // A signature counts most, then a header that names its sender, then one that many have.
    const isSigned = hasSignature(getCompiled(provider), present);
    return { provider, points: brands.length * 10 + (isSigned ? 1000 + present.length : 0) };
  });
  const most = Math.max(...counted.map(({ points }) => points), 1);
  return counted.filter(({ points }) => points === most).map(({ provider }) => provider);
}

function hasSignature({ signatureHeaders }: CompiledProvider, present: readonly string[]): boolean {
  return signatureHeaders.some((name) => present.includes(name));
}
