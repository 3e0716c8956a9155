import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main';
import { recordedIo } from '../helpers/io';

async function run(...args: string[]): Promise<{ code: number; lines: string[]; err: string }> {
  const io = recordedIo();
  const code = await main(['completion', ...args], io);
  return { code, lines: io.out.join('\n').split('\n'), err: io.err.join('\n') };
}

const words = async (...typed: string[]): Promise<string[]> => (await run('--words', '--', ...typed)).lines;

describe('hooklatch completion', () => {
  it.each([
    [['se'], ['secret', 'send']],
    [['send', 'gith'], ['github']],
    [['send', 'fastcomments', 'u'], ['update']],
    [['send', 'stripe', 'inv'], ['invoice.paid']],
    [['send', 'twilio', ''], []],
    [['send', 'fastcomments', '--url', 'http://localhost', 'u'], []],
    [['send', 'github', '--wro'], ['--wrong-secret']],
    [['send', 'github', '--help'], []],
    [['verify', '--publ'], ['--public-url']],
    [['verify', 'github', '--now', ''], []],
    [['verify', 'github', 'f'], []],
    [['completion', 'z'], ['zsh']],
    [
      ['inbox', 're'],
      ['retry', 'replay'],
    ],
    [
      ['inbox', ''],
      ['list', 'show', 'retry', 'replay', 'discard', 'purge'],
    ],
    [['inbox', 'retry', ''], []],
    [
      ['inbox', 'list', '--state', 'd'],
      ['done', 'dead'],
    ],
    [['inbox', 'list', '--file', 'd'], []],
    [['inbox', 'list', '--st'], ['--state']],
    [['send', 'no-such-sender', ''], []],
    [['no-such-command', ''], []],
  ])('completes %j with %j', async (typed, expected) => {
    expect((await words(...typed)).filter((word) => word !== '')).toEqual(expected);
  });

  it('lists the commands where there is no word yet', async () => {
    expect(await words()).toContain('listen');
    expect(await words('')).toContain('diagnose');
  });

  it('needs a shell that it knows', async () => {
    expect(await run('tcsh')).toMatchObject({ code: 2 });
    expect((await run()).err).toContain('needs a shell: bash, zsh, fish');
    expect((await run('bash', 'zsh')).code).toBe(2);
  });

  it.each(['zsh', 'fish'])('prints a script for %s', async (shell) => {
    expect((await run(shell)).lines.join('\n')).toContain('hooklatch completion --words --');
  });

  it('completes the actions of an inbox by a real bash', async () => {
    const script = (await run('bash')).lines.join('\n');
    const file = join(mkdtempSync(join(tmpdir(), 'hooklatch-bash-')), 'try.sh');
    const cli = `node -r ${join(__dirname, '../helpers/register-ts.js')} ${join(__dirname, '../../src/cli/bin.ts')}`;
    const own = `hooklatch() { ${cli} "$@"; }`;
    const ask = 'COMP_WORDS=(hooklatch inbox p); COMP_CWORD=2; _hooklatch; printf "%s\\n" "${COMPREPLY[@]}"';
    writeFileSync(file, `${own}\n${script}\n${ask}\n`);
    expect(execFileSync('bash', [file], { encoding: 'utf8' })).toBe('purge\n');
  }, 60_000);

  it('works in bash', async () => {
    const script = (await run('bash')).lines.join('\n');
    const at = mkdtempSync(join(tmpdir(), 'hooklatch-bash-'));
    // In the place of the command: what it is asked is what it prints.
    const fake = `hooklatch() { printf '%s\\n' "asked" "$@"; }`;
    const file = join(at, 'try.sh');
    const ask = 'COMP_WORDS=(hooklatch send gi); COMP_CWORD=2; _hooklatch; printf "%s\\n" "${COMPREPLY[@]}"';
    writeFileSync(file, `${fake}\n${script}\n${ask}\n`);
    const out = execFileSync('bash', [file], { encoding: 'utf8' });
    expect(out.split('\n').slice(0, -1)).toEqual(['asked', 'completion', '--words', '--', 'send', 'gi']);
  });
});
