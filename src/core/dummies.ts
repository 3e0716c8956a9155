import type { CompiledProvider } from './compiled-provider';
import { makeDummySecret, type PreparedSecret } from './secrets';

const known = new WeakMap<CompiledProvider, readonly PreparedSecret[]>();

/**
 * Dummy secrets that are tried where none is in use, so that both cases take the same time. Empty for a scheme that is
 * code and whose `readSecret` takes no dummy.
 */
export function getDummies(compiled: CompiledProvider): readonly PreparedSecret[] {
  const dummies = known.get(compiled);
  if (dummies !== undefined) return dummies;
  const made = makeDummies(compiled);
  known.set(compiled, made);
  return made;
}

function makeDummies({ provider }: CompiledProvider): readonly PreparedSecret[] {
  try {
    return [makeDummySecret(provider)];
  } catch {
    return [];
  }
}
