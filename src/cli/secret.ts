import type { Provider } from '../core/provider';
import { isAsymmetric } from '../core/signature';
import { makeSharedSecret } from '../core/test-delivery';
import { providers } from '../providers';
import { parseWords, UsageError } from './io';
import { didYouMean } from './suggest';
import type { Terminal } from './terminal';

export const SECRET_HELP = `hooklatch secret [provider]

Prints a new secret of 32 random bytes, and nothing else, in the form that the provider uses; without a provider,
64 hexadecimal digits. It takes no secret: what stands on a command line, others can read.

  --json                   print one JSON object

Exit code: 0, or 2 for wrong usage and for a provider that makes the keys itself.

  hooklatch secret github
  hooklatch secret standard-webhooks --json
`;

export const SECRET_COMMAND_OPTIONS = { json: { type: 'boolean' } } as const;
const SECRET_BYTES = 32;
const PLAIN = { secret: { encoding: 'utf8' }, signature: { header: [], encoding: 'utf8' } } as const;

/** Prints a new random secret. */
// eslint-disable-next-line @typescript-eslint/require-await -- as every command
export async function secret(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseWords(args, SECRET_COMMAND_OPTIONS);
  const [name, ...more] = positionals;
  const provider = name !== undefined && Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (more.length > 0 || (name !== undefined && provider === undefined)) {
    const names = Object.keys(providers);
    const meant = positionals.length > 1 ? '' : didYouMean(positionals.join(), names);
    // Words that are not known are not repeated: one may be a secret.
    throw new UsageError(
      meant === ''
        ? `takes at most one provider, and no secret; the providers are ${names.join(', ')}`
        : `there is no such provider${meant}`,
    );
  }
  const made = makeSecret(provider);
  const { encoding } = (provider ?? PLAIN).secret;
  const answer = { provider: name ?? null, encoding, bytes: SECRET_BYTES, secret: made };
  io.printUnmasked(values.json === true ? JSON.stringify(answer) : made);
  return 0;
}

/** A new secret as the settings of a sender show it. Throws a `UsageError` where the sender makes the keys. */
export function makeSecret(provider: Provider | undefined): string {
  if (provider !== undefined && isAsymmetric(provider.algorithm)) {
    throw new UsageError(
      `${provider.name} signs with a key of its own: the sender makes the pair, and its settings show the public ` +
        'key, which is what the option "secret" takes',
    );
  }
  if (provider?.algorithm === 'custom') {
    throw new UsageError(`${provider.name} says itself what its secret is: see its documentation`);
  }
  return makeSharedSecret(provider ?? PLAIN);
}
