import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { runTs } from '../helpers/run-ts';

const ROOT = resolve(__dirname, '../..');
const guide = readFileSync(join(ROOT, 'docs/inspector.md'), 'utf8');
const [, section = ''] = guide.split('## From install to seeing why, in five minutes');
const steps = section
  .split(/\n## /)[0]!
  .split(/\n(?=\d\. )/)
  .slice(1);

/** The code of a step, without the indentation of the list. */
function codeOf(step: number, language: string): string {
  const [, code = ''] = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(steps[step - 1]!) ?? [];
  return code.replaceAll(/^ {3}/gm, '');
}

// Inside the checkout, so that the packages of the program are found.
const folder = mkdtempSync(join(ROOT, 'node_modules', '.guide-'));
let running: ChildProcess | undefined;
let port: number;

beforeAll(async () => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  ({ port } = probe.address() as AddressInfo);
  probe.close();
  await once(probe, 'close');
  // The only changes: another port, and CommonJS, in which the library is run from its source here.
  const program = codeOf(2, 'js').replaceAll('3000', String(port));
  const imports = program.slice(0, program.lastIndexOf("';") + 2);
  const lines = program.split('\n');
  const last = lines.findLastIndex((line) => line.startsWith('import '));
  const [head, body] = [lines.slice(0, last + 1), lines.slice(last + 1)].map((part) => part.join('\n'));
  expect(imports).toContain('hooklatch/inspector');
  writeFileSync(join(folder, 'server.ts'), `${head}\nvoid (async () => {${body}})();`);
});
afterAll(() => {
  running?.kill();
  rmSync(folder, { recursive: true });
});

/** What `export NAME=value` in a step says, as a shell reads it. */
function exported(step: number): Record<string, string> {
  const [, name = '', value = ''] = /^export (\w+)=(.*)$/m.exec(codeOf(step, 'sh')) ?? [];
  return { [name]: value.replace(/^'(.*)'$/, '$1') };
}

/** Starts the server as a step does; gives back the address of the page. */
async function startServer(step: number): Promise<string> {
  expect(codeOf(step, 'sh')).toContain('node server.mjs');
  const register = join(ROOT, '__tests__/helpers/register-ts.js');
  const env = { ...process.env, ...exported(step) };
  running = spawn(process.execPath, ['-r', register, join(folder, 'server.ts')], { env });
  let output = '';
  for await (const data of running.stdout!) {
    output += String(data);
    const [, page] = /^The page is (\S+)$/m.exec(output) ?? [];
    if (page !== undefined) return page;
  }
  throw new Error(`the server of the guide has ended: ${output}`);
}

/** Runs the command of a step. */
function runCommand(step: number, env: Record<string, string>) {
  const [, command = ''] = /^npx hooklatch (.*)$/m.exec(codeOf(step, 'sh')) ?? [];
  return runTs('src/cli/bin.ts', command.replaceAll('3000', String(port)).split(' '), env);
}

const read = async (url: string): Promise<any> => (await fetch(url)).json(); // eslint-disable-line @typescript-eslint/no-explicit-any -- whatever the server says

describe('docs/inspector.md', () => {
  it('leads in seven steps from the install to the reason, and to 200', async () => {
    expect(steps).toHaveLength(7);
    const { name } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(codeOf(1, 'sh').trim()).toBe(`npm install ${name} express`);

    const page = await startServer(3);
    const env = exported(4);
    const refused = await runCommand(4, env);
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringContaining('401 Unauthorized - refused'),
    ]);
    const delivery = await read(`${page}api/deliveries/1`);
    const failed = delivery.steps.find(({ state }: { state: string }) => state === 'failed');
    expect(steps[4]).toContain(`\`${failed.name}\``);
    expect(delivery.diagnosis.findings[0]).toMatchObject({ code: 'secret-quotes', certainty: 'certain' });
    running!.kill();
    await once(running!, 'exit');

    const again = await startServer(6);
    expect(exported(6)).toEqual(env);
    const accepted = await runCommand(7, env);
    expect([accepted.code, accepted.stdout]).toEqual([0, expect.stringContaining('200 OK - acknowledged')]);
    expect(await read(`${again}api/deliveries/1`)).toMatchObject({
      outcome: 'accepted',
      event: 'invoice.paid',
    });
  });

  it('names every option of startInspector(), and images that are there', () => {
    const source = readFileSync(join(ROOT, 'src/inspector/start-inspector.ts'), 'utf8');
    const options = [...source.matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, option]) => option!);
    const documented = [...guide.matchAll(/^\| `(\w+)`/gm)].map(([, option]) => option!);
    expect(documented).toEqual(options);
    for (const [, image] of guide.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)) {
      expect(readFileSync(join(ROOT, 'docs', image!)).length).toBeLessThan(200_000);
    }
  });
});
