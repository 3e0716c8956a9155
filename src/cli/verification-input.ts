import type { Delivery } from '../core/delivery';
import type { Provider } from '../core/provider';
import type { VerifySettings } from '../core/verify';
import { parseWords, UsageError } from './io';
import { PROVIDER_OPTION, PROVIDER_OPTION_HELP, takeProvider } from './named-provider';
import { INPUT_HELP, INPUT_OPTIONS, readDelivery } from './saved-delivery';
import { readSecrets, SECRET_OPTIONS, SECRET_OPTIONS_HELP } from './secret-input';
import { didYouMean } from './suggest';
import type { Terminal } from './terminal';

/** The options of "verify" and "diagnose". */
export const VERIFICATION_OPTIONS = {
  ...PROVIDER_OPTION,
  ...SECRET_OPTIONS,
  ...INPUT_OPTIONS,
  now: { type: 'string' },
  tolerance: { type: 'string' },
  'public-url': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** The options that "verify" and "diagnose" have in common. */
export const JUDGING_HELP = `${INPUT_HELP}

${PROVIDER_OPTION_HELP}
${SECRET_OPTIONS_HELP}
  --now <time>             when it arrived: 2026-01-31T12:00:00Z, or milliseconds since 1970; default: now
  --tolerance <seconds>    the window on each side; default: the provider's
  --public-url <address>   the address as the sender knows it, or its origin alone; for schemes that sign it
  --json                   print one JSON object

Exit code: 0 verified, 1 not, 2 for wrong usage.`;

/** A delivery, and the settings to verify it with. */
export interface VerificationInput {
  readonly delivery: Delivery;
  readonly settings: VerifySettings;
  readonly json: boolean;
}

/** Chooses a provider by a delivery, where none is named. */
export type ChooseProvider = (delivery: Delivery) => Provider | undefined;

export async function readJudging(
  args: readonly string[],
  io: Terminal,
  choose?: ChooseProvider,
): Promise<VerificationInput> {
  const { values, positionals } = parseWords(args, VERIFICATION_OPTIONS);
  const isNamed = choose === undefined || values.provider !== undefined || namesProvider(positionals);
  const named = isNamed ? await takeProvider(positionals, values.provider, io) : undefined;
  const [file, ...more] = named?.words ?? positionals;
  if (more.length > 0) throw new UsageError('takes one provider and at most one file');
  const { tolerance, 'public-url': publicUrl, json = false } = values;
  const now = readTime(values.now);
  const toleranceSeconds = tolerance === undefined ? undefined : Number(tolerance);
  const delivery = await readDelivery(file, values, io);
  const provider = named?.provider ?? choose?.(delivery) ?? (await takeProvider([], undefined, io)).provider;
  if (named === undefined) io.printError(`hooklatch: by its headers this is a delivery of ${provider.name}`);
  const secret = await readSecrets(values, io);
  return { delivery, settings: { provider, secret, now, toleranceSeconds, publicUrl }, json };
}

/** Whether the first word is a name, and no file. */
function namesProvider([word]: readonly string[]): boolean {
  return word !== undefined && word !== '-' && !/[./\\]/.test(word);
}

/** Says of an event that the provider does not send which one may be meant. It is sent as it is. */
export function hintAtEvent(
  { name, events }: Provider,
  event: string | undefined,
  { printError }: Pick<Terminal, 'printError'>,
): void {
  if (event === undefined || events === undefined || Object.hasOwn(events, event)) return;
  const meant = didYouMean(event, Object.keys(events));
  if (meant !== '') printError(`hooklatch: ${name} has no event "${event}"${meant}`);
}

/** Milliseconds since 1970 of --now; `undefined` where it is not given. */
export function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{11,15}$/.test(text)
    ? Number(text)
    : Date.parse(/^\d{4}-\d\d-\d\d/.test(text) ? text : '');
  if (!Number.isNaN(time)) return time;
  throw new UsageError('--now must be a time such as 2026-01-31T12:00:00Z, or milliseconds since 1970');
}
