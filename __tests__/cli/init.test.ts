import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../src/cli/main';
import { recordedIo } from '../helpers/io';

const folder = (): string => mkdtempSync(join(tmpdir(), 'hooklatch-init-'));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const io = recordedIo();
  const code = await main(['init', ...args], io);
  return { code, out: io.out.join('\n'), err: io.err.join('\n') };
}

describe('hooklatch init', () => {
  it('prints the receiver, the variable and where the secret comes from', async () => {
    const { code, out } = await run('github');
    expect(code).toBe(0);
    expect(out).toContain("import { github, webhookRouter } from 'hooklatch';");
    expect(out).toContain('secret: process.env.GITHUB_SECRET');
    expect(out).toContain('\nGITHUB_SECRET=\n');
    expect(out).toContain('hooklatch secret github');
  });

  it('says nothing of choosing a secret where the sender makes the key', async () => {
    const { out } = await run('discord');
    expect(out).toContain('DISCORD_SECRET=');
    expect(out).not.toContain('hooklatch secret');
  });

  it('asks for the address where it is signed, and for the token of a handshake', async () => {
    expect((await run('square')).out).toContain('"publicUrl" is the address as the sender knows it');
    expect((await run('twilio')).out).toContain('"publicUrl" is the address as the sender knows it');
    expect((await run('meta')).out).toContain('META_SECRET=\nMETA_VERIFY_TOKEN=');
  });

  it('writes a new file, and adds what is missing to the variables', async () => {
    const at = folder();
    const [file, env] = [join(at, 'webhooks.mjs'), join(at, '.env')];
    writeFileSync(env, 'PORT=3000\nexport META_SECRET=kept');
    const { code, out } = await run('meta', '--write', file, '--env', env);
    expect(code).toBe(0);
    expect(out).toContain(`wrote ${file}`);
    expect(out).toContain(`added META_VERIFY_TOKEN to ${env}`);
    expect(readFileSync(file, 'utf8')).toContain('provider: meta');
    expect(readFileSync(env, 'utf8')).toBe('PORT=3000\nexport META_SECRET=kept\nMETA_VERIFY_TOKEN=\n');

    const again = await run('meta', '--env', env);
    expect(again.out).toContain(`${env} has its variables already`);
    expect(readFileSync(env, 'utf8')).toBe('PORT=3000\nexport META_SECRET=kept\nMETA_VERIFY_TOKEN=\n');
  });

  it('makes the file of variables where there is none', async () => {
    const env = join(folder(), '.env');
    await run('github', '--env', env);
    expect(readFileSync(env, 'utf8')).toBe('GITHUB_SECRET=\n');
  });

  it('leaves a file alone that is there', async () => {
    const at = folder();
    const [file, env] = [join(at, 'webhooks.mjs'), join(at, '.env')];
    writeFileSync(file, 'mine');
    const { code, err } = await run('github', '--write', file, '--env', env);
    expect(code).toBe(2);
    expect(err).toContain('is there already, and is left as it is');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(() => readFileSync(env)).toThrow('ENOENT');
  });

  it('says which file it cannot read or write', async () => {
    const at = folder();
    expect((await run('github', '--env', at)).err).toContain(`--env ${at} cannot be read: EISDIR`);
    expect((await run('github', '--write', join(at, 'no', 'x.mjs'))).err).toContain(
      'cannot be written: ENOENT',
    );
  });

  it('needs one provider', async () => {
    expect((await run()).code).toBe(2);
    expect((await run('github', 'stripe')).err).toContain('takes one provider');
  });
});
