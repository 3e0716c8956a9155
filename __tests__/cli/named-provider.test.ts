import { defineProvider, github, stripe } from 'hooklatch';
import { takeProvider } from '../../src/cli/named-provider';

const mine = defineProvider({
  name: 'mine',
  algorithm: 'hmac-sha256',
  signature: { header: 'X-Mine', encoding: 'hex' },
  signed: ['{body}'],
  secret: { encoding: 'utf8' },
});

const load = (exported: object) => ({ importModule: () => Promise.resolve({ ...exported }) });

describe('takeProvider()', () => {
  it('takes it by name from the first word', async () => {
    expect(await takeProvider(['github', 'push'], undefined, load({}))).toEqual({
      provider: github,
      words: ['push'],
    });
  });

  it('suggests the name that is meant, and does not repeat a word that may be a secret', async () => {
    await expect(takeProvider(['gihtub'], undefined, load({}))).rejects.toThrow('did you mean "github"');
    const said = await takeProvider(['s3cr3t-of-mine'], undefined, load({})).catch(String);
    expect(said).toContain('needs a provider; the providers are');
    expect(said).not.toContain('s3cr3t');
  });

  it('loads one from a module: the default, or the only one', async () => {
    for (const exported of [
      { default: mine },
      { sender: mine },
      { default: { mine }, mine },
      { default: mine, stripe },
    ]) {
      expect(await takeProvider(['push'], './mine.mjs', load(exported))).toEqual({
        provider: mine,
        words: ['push'],
      });
    }
  });

  it('says why a module will not do', async () => {
    const failing = { importModule: () => Promise.reject(new Error('no such file')) };
    await expect(takeProvider([], './a.mjs', failing)).rejects.toThrow(
      '--provider ./a.mjs cannot be loaded: no such file',
    );
    await expect(takeProvider([], './a.mjs', load({ default: {}, other: 1 }))).rejects.toThrow(
      'exports no provider',
    );
    await expect(takeProvider([], './a.mjs', load({ mine, stripe }))).rejects.toThrow(
      'exports mine and stripe',
    );
  });
});
