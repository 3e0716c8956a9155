import { getCompiled } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { constantName, writeSnippet } from './describe-provider';
import { parseWords, UsageError } from './io';
import { takeProvider } from './named-provider';
import { makeSecret } from './secret';
import { paint, type Terminal } from './terminal';

export const INIT_HELP = `hooklatch init <provider> [--write <file>] [--env <file>]

Prints a receiver for the provider and the lines for its environment, ready to be copied.

  --write <file>   write the receiver into a new file; one that is there already is left as it is
  --env <file>     add the lines to this file, such as .env; a variable that is there already is left as it is

  hooklatch init github
  hooklatch init stripe --write src/webhooks.mjs --env .env
`;

export const INIT_OPTIONS = { write: { type: 'string' }, env: { type: 'string' } } as const;

/** Prints or writes what a new receiver needs. */
export async function init(args: readonly string[], io: Terminal): Promise<number> {
  const { values, positionals } = parseWords(args, INIT_OPTIONS);
  const { provider, words } = await takeProvider(positionals, undefined, io);
  if (words.length > 0) throw new UsageError('takes one provider');
  const receiver = writeSnippet(provider);
  const variables = listVariables(provider);
  // The file of variables is read before anything is written.
  const file = values.env === undefined ? undefined : await readVariables(values.env, io);
  if (values.write !== undefined) await writeReceiver(values.write, receiver, io);
  else io.printLines(receiver);
  if (file !== undefined) await addVariables(file, variables, io);
  else io.printLines(variables.map(({ line }) => line).join('\n'));
  io.print(paint.dim(describeNext(provider)));
  return 0;
}

interface VariablesFile {
  readonly path: string;
  readonly text: string;
}

interface Variable {
  readonly name: string;
  readonly line: string;
}

function listVariables(provider: Provider): readonly Variable[] {
  const prefix = constantName(provider.name);
  const names = [`${prefix}_SECRET`];
  if ((provider.handshakes ?? []).some(({ token }) => token !== undefined))
    names.push(`${prefix}_VERIFY_TOKEN`);
  return names.map((name) => ({ name, line: `${name}=` }));
}

async function readVariables(path: string, { readFile }: Terminal): Promise<VariablesFile> {
  try {
    return { path, text: (await readFile(path)).toString() };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { path, text: '' };
    throw new UsageError(`--env ${path} cannot be read: ${message}`);
  }
}

async function writeReceiver(file: string, text: string, io: Terminal): Promise<void> {
  try {
    await io.writeNewFile(file, text);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EEXIST' ? 'is there already, and is left as it is' : `cannot be written: ${message}`;
    throw new UsageError(`--write ${file} ${reason}`);
  }
  io.print(`wrote ${file}`);
}

async function addVariables(
  { path, text }: VariablesFile,
  variables: readonly Variable[],
  io: Terminal,
): Promise<void> {
  const known = text.split(/\r?\n/).map((line) => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1]);
  const missing = variables.filter(({ name }) => !known.includes(name));
  if (missing.length === 0) {
    io.print(`${path} has its variables already`);
    return;
  }
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  await io.appendFile(path, separator + missing.map(({ line }) => `${line}\n`).join(''));
  io.print(`added ${missing.map(({ name }) => name).join(' and ')} to ${path}`);
}

/** The way to a value: the user makes a shared secret; a public key is in the settings of the sender. */
function describeNext(provider: Provider): string {
  const choice = canMakeSecret(provider)
    ? `; where you choose it yourself, "hooklatch secret ${provider.name}" makes one`
    : '';
  const address = getCompiled(provider).coversUrl
    ? '; "publicUrl" is the address as the sender knows it'
    : '';
  return `# the secret is in the settings of the sender, see ${provider.docs}${choice}${address}`;
}

function canMakeSecret(provider: Provider): boolean {
  try {
    makeSecret(provider);
    return true;
  } catch {
    return false;
  }
}
