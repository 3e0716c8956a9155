import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';

// Jest resolves them as the project says.
const MODULES = Object.fromEntries(['express', 'body-parser'].map((name) => [name, require.resolve(name)]));

/** Starts a TypeScript file of this checkout in a process of its own. */
export function startTs(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const register = join(__dirname, 'register-ts.js');
  return spawn(process.execPath, ['-r', register, join(__dirname, '../..', file), ...args], {
    env: { ...process.env, TEST_MODULES: JSON.stringify(MODULES), ...env },
  });
}

/** Runs it to its end. */
export function runTs(
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = startTs(file, args, env);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}
