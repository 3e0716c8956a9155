import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complete, COMPLETION_HELP, COMPLETION_OPTIONS, type CommandWords } from './completion';
import { diagnoseDelivery, DIAGNOSE_HELP } from './diagnose';
import { INBOX_STATES } from '../inbox/inbox';
import { ACTIONS, INBOX_HELP, showInbox } from './inbox';
import { INBOX_OPTIONS } from './inbox-options';
import { init, INIT_HELP, INIT_OPTIONS } from './init';
import { UsageError, type Io } from './io';
import { listen, LISTEN_HELP, LISTEN_OPTIONS } from './listen';
import { PROVIDERS_HELP, PROVIDERS_OPTIONS, showProviders } from './providers';
import { secret, SECRET_COMMAND_OPTIONS, SECRET_HELP } from './secret';
import { send, SEND_HELP, SEND_OPTIONS } from './send';
import { SIGN_HELP, SIGN_OPTIONS, signDelivery } from './sign';
import { didYouMean } from './suggest';
import { makeTerminal, type Terminal } from './terminal';
import { VERIFICATION_OPTIONS } from './verification-input';
import { VERIFY_HELP, verifyDelivery } from './verify';

interface Command extends CommandWords {
  readonly run: (args: readonly string[], io: Terminal) => Promise<number>;
  readonly help: string;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['init', { run: init, help: INIT_HELP, options: INIT_OPTIONS, takes: ['provider'] }],
  ['secret', { run: secret, help: SECRET_HELP, options: SECRET_COMMAND_OPTIONS, takes: ['provider'] }],
  ['send', { run: send, help: SEND_HELP, options: SEND_OPTIONS, takes: ['provider', 'event'] }],
  ['sign', { run: signDelivery, help: SIGN_HELP, options: SIGN_OPTIONS, takes: ['provider', 'event'] }],
  ['verify', { run: verifyDelivery, help: VERIFY_HELP, options: VERIFICATION_OPTIONS, takes: ['provider'] }],
  [
    'diagnose',
    { run: diagnoseDelivery, help: DIAGNOSE_HELP, options: VERIFICATION_OPTIONS, takes: ['provider'] },
  ],
  ['listen', { run: listen, help: LISTEN_HELP, options: LISTEN_OPTIONS, takes: ['provider'] }],
  [
    'inbox',
    {
      run: showInbox,
      help: INBOX_HELP,
      options: INBOX_OPTIONS,
      takes: [ACTIONS],
      values: { '--state': INBOX_STATES },
    },
  ],
  [
    'providers',
    { run: showProviders, help: PROVIDERS_HELP, options: PROVIDERS_OPTIONS, takes: ['provider'] },
  ],
  [
    'completion',
    {
      run: (args, io) => complete(args, io, COMMANDS),
      help: COMPLETION_HELP,
      options: COMPLETION_OPTIONS,
      takes: ['shell'],
    },
  ],
]);

const HELP = `hooklatch - receives webhooks in Express, and sends them for trial

  hooklatch init <provider>
  hooklatch secret [provider]
  hooklatch send <provider> [event] --url <address> --secret-env <variable>
  hooklatch sign <provider> [event] --body <file> --secret-env <variable>
  hooklatch verify <provider> [file] --secret-env <variable>
  hooklatch diagnose [provider] [file] --secret-env <variable>
  hooklatch listen <provider> --secret-env <variable> [--forward <address>]
  hooklatch inbox <action> --file <file>
  hooklatch providers [name]
  hooklatch completion bash|zsh|fish

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
  const end = rest.indexOf('--');
  const own = end === -1 ? rest : rest.slice(0, end);
  if (own.includes('--help') || own.includes('-h')) {
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
