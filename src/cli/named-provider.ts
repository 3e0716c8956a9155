import { getCompiled } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { providers } from '../providers';
import { UsageError, type Io } from './io';
import { didYouMean } from './suggest';

export const PROVIDER_OPTION = { provider: { type: 'string' } } as const;

export const PROVIDER_OPTION_HELP = `  --provider <module>      a sender of your own in the place of <provider>: a JavaScript module that exports what
                           defineProvider() has made`;

interface ProviderAndWords {
  readonly provider: Provider;
  /** The words behind the provider. */
  readonly words: readonly string[];
}

/** Takes the provider of a command: from the module of the option `--provider`, else by the name in the first word. */
export async function takeProvider(
  words: readonly string[],
  module: string | undefined,
  io: Pick<Io, 'importModule'>,
): Promise<ProviderAndWords> {
  if (module !== undefined) return { provider: await loadProvider(module, io), words };
  const [name = '', ...others] = words;
  return { provider: findProvider(name), words: others };
}

function findProvider(name: string): Provider {
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (provider !== undefined) return provider;
  const names = Object.keys(providers);
  const meant = didYouMean(name, names);
  // The word is not repeated: it may be a secret.
  throw new UsageError(
    meant === ''
      ? `needs a provider; the providers are ${names.join(', ')}`
      : `there is no such provider${meant}`,
  );
}

async function loadProvider(module: string, { importModule }: Pick<Io, 'importModule'>): Promise<Provider> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await importModule(module);
  } catch (error) {
    throw new UsageError(`--provider ${module} cannot be loaded: ${(error as Error).message}`);
  }
  const found = Object.entries(exported).filter(([, value]) => isProvider(value));
  // A CommonJS module is its own default as well.
  const distinct = new Set(found.map(([, value]) => value as Provider));
  const [provider, ...others] = isProvider(exported.default) ? [exported.default] : distinct;
  if (provider !== undefined && others.length === 0) return provider;
  const names = found.map(([name]) => name);
  throw new UsageError(
    provider === undefined
      ? `--provider ${module} exports no provider: export what defineProvider() of this hooklatch returns`
      : `--provider ${module} exports ${names.join(' and ')}: make one of them the default`,
  );
}

function isProvider(value: unknown): value is Provider {
  try {
    getCompiled(value as Provider);
    return true;
  } catch {
    return false;
  }
}
