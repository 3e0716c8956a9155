import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagnoseDelivery, DIAGNOSE_HELP } from './diagnose';
import type { Io } from './io';
import { UsageError } from './io';
import { listen, LISTEN_HELP } from './listen';
import { PROVIDERS_HELP, showProviders } from './providers';
import { secret, SECRET_HELP } from './secret';
import { send, SEND_HELP } from './send';
import { SIGN_HELP, signDelivery } from './sign';
import { didYouMean } from './suggest';
import { makeTerminal } from './terminal';
import { VERIFY_HELP, verifyDelivery } from './verify';

const COMMANDS = new Map([
  ['send', { run: send, help: SEND_HELP }],
  ['secret', { run: secret, help: SECRET_HELP }],
  ['sign', { run: signDelivery, help: SIGN_HELP }],
  ['verify', { run: verifyDelivery, help: VERIFY_HELP }],
  ['diagnose', { run: diagnoseDelivery, help: DIAGNOSE_HELP }],
  ['listen', { run: listen, help: LISTEN_HELP }],
  ['providers', { run: showProviders, help: PROVIDERS_HELP }],
]);

const HELP = `hooklatch - receives webhooks in Express, and sends them for trial

  hooklatch secret [provider]
  hooklatch send <provider> [event] --url <address> --secret-env <variable>
  hooklatch sign <provider> [event] --body <file> --secret-env <variable>
  hooklatch verify <provider> [file] --secret-env <variable>
  hooklatch diagnose <provider> [file] --secret-env <variable>
  hooklatch listen <provider> --secret-env <variable> [--forward <address>]
  hooklatch providers [name]

  hooklatch <command> --help    what a command can do, with examples
  hooklatch --version
`;

/** Runs one command and answers its exit code: 0 accepted, 1 not, 2 for words that make no sense. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const terminal = makeTerminal(io);
  const [name = 'help', ...rest] = args;
  const command = COMMANDS.get(name);
  if (command === undefined) {
    if (name === '--version' || name === '-v') {
      terminal.print(readVersion());
      return 0;
    }
    const asked = name === 'help' || name === '--help' || name === '-h';
    if (asked) terminal.printLines(HELP);
    else
      terminal.printError(
        `hooklatch: unknown command "${name}"${didYouMean(name, [...COMMANDS.keys()])}\n\n${HELP}`,
      );
    return asked ? 0 : 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.printLines(command.help);
    return 0;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    // The core reports wrong settings, a secret of the wrong form for one, by a TypeError.
    if (!(error instanceof UsageError || error instanceof TypeError)) throw error;
    terminal.printError(`hooklatch ${name}: ${error.message}`);
    return 2;
  }
}

function readVersion(): string {
  const text = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
