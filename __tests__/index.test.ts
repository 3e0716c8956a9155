import * as hooklatch from 'hooklatch';

describe('the package', () => {
  it.each(Object.keys(hooklatch))('has what it names %s', (name) => {
    expect((hooklatch as Readonly<Record<string, unknown>>)[name]).toBeDefined();
  });

  it('has no sender twice', () => {
    const names = Object.values(hooklatch.providers).map((provider) => provider.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
