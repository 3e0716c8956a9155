import { diagnose } from '../diagnose';
import { guessProviders } from '../diagnose/guess-provider';
import { providers } from '../providers';
import { JUDGING_HELP, readJudging } from './verification-input';
import { paint, type Terminal } from './terminal';

export const DIAGNOSE_HELP = `hooklatch diagnose [provider] [file] --secret-env <variable>

Finds out why a saved delivery does not verify, and says what to do. Without a provider it is the one whose headers
the delivery has.

${JUDGING_HELP}

  hooklatch diagnose request.http --secret-env STRIPE_SECRET
  hooklatch diagnose stripe request.http --secret-env STRIPE_SECRET
  hooklatch diagnose github --har page.har --entry 3 --secret-env OLD_SECRET --secret-env NEW_SECRET
  pbpaste | hooklatch diagnose fastcomments --secret-file secret.txt
`;

/** Diagnoses one saved delivery and prints the findings. */
export async function diagnoseDelivery(args: readonly string[], io: Terminal): Promise<number> {
  const { delivery, settings, json } = await readJudging(
    args,
    io,
    (sent) => guessProviders(sent, Object.values(providers))[0],
  );
  const { verified, findings } = diagnose(delivery, settings);
  if (json) {
    io.printJson({ verified, findings }, 2);
    return verified ? 0 : 1;
  }
  const title = verified ? paint.green('verified') : paint.red('not verified');
  io.print(title, `: ${settings.provider.name}, ${delivery.method}, ${delivery.body.length} bytes`);
  for (const { code, certainty, observed, why, fix } of findings) {
    io.print('');
    io.print(paint.bold(code), ` (${certainty})`);
    io.print(`  seen  ${observed}`);
    io.print(`  why   ${why}`);
    io.print(`  fix   ${fix}`);
  }
  return verified ? 0 : 1;
}
