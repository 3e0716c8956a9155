import { defineProvider, providers } from 'hooklatch';
import { GROUPS } from '../../src/core/groups';

describe('the groups of senders', () => {
  it.each(Object.values(providers))('have $name in one of them', ({ group }) => {
    expect(GROUPS).toContain(group);
  });

  it.each(GROUPS)('have several senders each: %s', (group) => {
    expect(Object.values(providers).filter((provider) => provider.group === group).length).toBeGreaterThan(4);
  });

  it('are a closed list', () => {
    const definition = { name: 'a', headers: [], verify: () => undefined };
    expect(defineProvider({ ...definition, group: 'code' }).group).toBe('code');
    expect(() => defineProvider({ ...definition, group: 'other' as never })).toThrow(
      /"group" must be .*payments.*got 'other'/,
    );
  });
});
