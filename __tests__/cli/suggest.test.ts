import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../src/cli/main';
import { didYouMean, suggest } from '../../src/cli/suggest';
import { recordedIo } from '../helpers/io';

const env = { SECRET: 'a-secret-of-thirty-two-characters' };

describe('suggest()', () => {
  it.each([
    ['gihtub', 'github'],
    ['githb', 'github'],
    ['gitthub', 'github'],
    ['GitHub', 'github'],
    ['gxxxub', undefined],
    ['gtihbu', 'github'],
    ['stirpe', 'stripe'],
    ['slak', 'slack'],
    ['xy', undefined],
    ['', undefined],
    ['nothing-like-it', undefined],
  ])('takes %j for %j', (word, meant) => {
    expect(suggest(word, ['gitlab', 'github', 'stripe', 'slack', 'xx'])).toBe(meant);
  });

  it('takes the nearest', () => {
    expect(suggest('created', ['crested!', 'creates', 'created'])).toBe('created');
    expect(didYouMean('creats', ['create', 'creates'])).toBe('; did you mean "create"?');
  });
});

describe('a misspelled word', () => {
  const run = async (...args: string[]) => {
    const io = recordedIo({ env, stdin: '{}' });
    return { code: await main(args, io), err: io.err.join('\n'), out: io.out };
  };

  it.each([
    [['sned'], 'unknown command "sned"; did you mean "send"?'],
    [['send', 'gihtub'], 'there is no such provider; did you mean "github"?'],
    [['verify', 'gihtub'], 'there is no such provider; did you mean "github"?'],
    [['listen', 'gihtub'], 'there is no such provider; did you mean "github"?'],
    [['secret', 'gihtub'], 'there is no such provider; did you mean "github"?'],
    [['providers', 'gihtub'], 'does not know "gihtub"; did you mean "github"?'],
    [['send', 'github', '--secert-env', 'X'], `did you mean "--secret-env"?`],
    [['listen', 'github', '--forwad', 'X'], `did you mean "--forward"?`],
  ])('is answered with the word that is meant: %j', async (args, message) => {
    expect(await run(...args)).toEqual({ code: 2, err: expect.stringContaining(message), out: [] });
  });

  it('of an event is told, and sent as it is', async () => {
    const args = ['--body', '-', '--secret-env', 'SECRET'];
    const { code, err, out } = await run('sign', 'fastcomments', 'craete', ...args);
    expect([code, err]).toEqual([0, 'hooklatch: fastcomments has no event "craete"; did you mean "create"?']);
    expect(out.length).toBeGreaterThan(0);
    for (const event of ['create', 'something.else']) {
      expect((await run('sign', 'fastcomments', event, ...args)).err).toBe('');
    }
  });

  it('that may be a secret is not repeated', async () => {
    for (const command of ['send', 'sign', 'verify', 'diagnose', 'listen', 'secret']) {
      expect((await run(command, 'whsec_something')).err).not.toContain('whsec_something');
    }
  });
});

describe('hooklatch --version', () => {
  it.each(['--version', '-v'])('prints the version of the package (%s)', async (word) => {
    const io = recordedIo();
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
    expect([await main([word], io), io.out]).toEqual([0, [version]]);
  });
});
