import { basename } from 'node:path';
import type { Secret } from '../core/secret-option';
import { UsageError, type Io } from './io';
import type { Terminal } from './terminal';

/** Where secrets come from: never from arguments, which every process on the machine can read. */
export const SECRET_OPTIONS = {
  'secret-env': { type: 'string', multiple: true },
  'secret-file': { type: 'string', multiple: true },
} as const;

export const SECRET_OPTIONS_HELP = `  --secret-env <variable>  the environment variable that holds the secret; may be given several times
  --secret-file <file>     a file that holds it, without one line break at its end
                           default: you are asked for it`;

type SecretIo = Pick<Io, 'env' | 'readFile' | 'prompt'>;

interface SecretValues {
  readonly 'secret-env'?: readonly string[] | undefined;
  readonly 'secret-file'?: readonly string[] | undefined;
}

/**
 * The secrets that were named, or one that is asked for. Each has the name of its place for an id, and none is printed
 * from here on.
 */
export async function readSecrets(
  values: SecretValues,
  terminal: Terminal,
): Promise<readonly [Secret, ...Secret[]]> {
  const secrets = await findSecrets(values, terminal);
  terminal.hide(secrets.map(({ value }) => value));
  return secrets;
}

async function findSecrets(values: SecretValues, io: SecretIo): Promise<readonly [Secret, ...Secret[]]> {
  const fromEnv = (values['secret-env'] ?? []).map((variable) => fromVariable(variable, io));
  const fromFiles = await Promise.all((values['secret-file'] ?? []).map((file) => fromFile(file, io)));
  const [first, ...more] = [...fromEnv, ...fromFiles];
  return first === undefined ? [await askForSecret(io)] : [first, ...more];
}

/** The bytes of a file. */
export async function readNamedFile(
  option: string,
  path: string,
  { readFile }: Pick<Io, 'readFile'>,
): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`cannot read ${option} ${path}: ${(error as Error).message}`);
  }
}

function fromVariable(variable: string, { env }: SecretIo): Secret {
  const value = env[variable];
  if (value === undefined || value.trim() === '') {
    throw new UsageError(`the environment variable ${variable} is not set; set it to the secret`);
  }
  return { id: variable, value };
}

async function fromFile(file: string, io: SecretIo): Promise<Secret> {
  const text = (await readNamedFile('--secret-file', file, io)).toString('utf8');
  const value = text.replace(/\r?\n$/, '');
  if (value.trim() === '') throw new UsageError(`the file ${file} is empty; it must hold the secret`);
  return { id: basename(file), value };
}

async function askForSecret({ prompt }: SecretIo): Promise<Secret> {
  if (prompt === undefined) {
    throw new UsageError('needs --secret-env or --secret-file; only at a terminal you can be asked');
  }
  const value = await prompt('Secret (not shown): ');
  if (value.trim() === '') throw new UsageError('no secret was given');
  return { id: 'typed', value };
}
