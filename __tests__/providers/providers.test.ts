import * as hooklatch from 'hooklatch';
import { providers } from 'hooklatch';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getCompiled } from '../../src/core/compiled-provider';
import * as exported from '../../src/providers/senders';

const FOLDER = join(__dirname, '../../src/providers');
// A sender of several files has a folder.
const files = readdirSync(FOLDER)
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((file) => !/^(?:fetched-keys|index|jwt|senders|.*-family)$/.test(file));
const list = Object.values(providers);

const camelCase = (name: string): string =>
  name.replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

describe('providers', () => {
  it('has one of each file, by the name of the file, in the order of the alphabet', () => {
    expect(Object.keys(providers)).toEqual(files.sort());
    expect(list.map(({ name }) => name)).toEqual(Object.keys(providers));
    expect(list.length).toBeGreaterThanOrEqual(50);
  });

  it('cannot be changed', () => {
    expect(isFrozen(providers)).toBe(true);
    expect(isFrozen({ a: Object.freeze({ b: {} }) })).toBe(false);
  });

  it.each(list)('exports $name in camel case too', (provider) => {
    const name = camelCase(provider.name);
    expect((hooklatch as Record<string, unknown>)[name]).toBe(provider);
    expect((exported as Record<string, unknown>)[name]).toBe(provider);
    expect(jest.requireActual<object>(join(FOLDER, provider.name))).toHaveProperty(name, provider);
  });

  it('exports no other names than those of senders and of functions that make them', () => {
    const names = Object.keys(exported).filter((name) => !/^make[A-Z]/.test(name));
    expect(names.sort()).toEqual(list.map(({ name }) => camelCase(name)).sort());
  });

  it.each(list)('says where $name is documented, and was made by defineProvider()', (provider) => {
    expect(new URL(provider.docs!).protocol).toBe('https:');
    expect(getCompiled(provider).provider).toBe(provider);
  });

  it('has the same events for FastComments, signed or not', () => {
    const events = {
      create: ['PUT', 'POST'],
      update: ['PUT', 'POST'],
      delete: ['DELETE', 'POST', 'PUT'],
    };
    expect(exported.fastcomments.events).toEqual(events);
    expect(exported.fastcommentsLegacy.events).toEqual(events);
    expect(list.filter((provider) => provider.events !== undefined)).toHaveLength(2);
  });
});
