import { providers, type Provider, type RetriesDefinition } from 'hooklatch';
import { describeRetries } from '../../src/cli/describe-retries';
import { usualLifeMs } from '../../src/duplicates/duplicate-key';

const HOUR = 3600;

const ALL = Object.entries(providers).map(([name, provider]) => ({ name, provider }));

interface Repeating {
  readonly name: string;
  readonly provider: Provider;
  readonly retries: RetriesDefinition;
  readonly hours: number;
}

/** Those whose pages tell for how long they try. */
const TOLD: readonly Repeating[] = ALL.flatMap(({ name, provider }) => {
  const { retries } = provider;
  return retries?.hours === undefined ? [] : [{ name, provider, retries, hours: retries.hours }];
});

const isTimed = ({ algorithm, timestamp }: Provider): boolean =>
  algorithm !== 'custom' && timestamp !== undefined;

describe('what a sender repeats', () => {
  it.each(ALL)('is described, with the page that says so: $name', ({ provider }) => {
    expect(provider.retries?.source).toMatch(/^https:\/\/\S+$/);
  });

  it('has hours for most of them', () => {
    expect(TOLD.length).toBeGreaterThan(60);
  });

  it.each(TOLD.filter(({ retries }) => retries.signed === 'once'))(
    'is inside the window to its last try, where it is dated once: $name',
    ({ provider, hours }) => {
      if (provider.timestamp === undefined) return;
      expect(provider.timestamp.toleranceSeconds).toBeGreaterThanOrEqual(hours * HOUR - 60);
    },
  );

  it.each(TOLD)(
    'is known for a copy to its last try, or the docs say otherwise: $name',
    ({ provider, hours }) => {
      const { duplicates } = provider;
      const isById = duplicates !== false && duplicates.key === 'id';
      if (isById || !isTimed(provider)) {
        expect(usualLifeMs(provider)).toBeGreaterThanOrEqual(hours * HOUR * 1000);
        return;
      }
      // A signed time ends the life of a key that is made of the signed content.
      const isSaid = describeRetries(provider).includes('one that is signed anew is another delivery');
      expect(isSaid || hours === 0 || provider.retries?.signed === 'once').toBe(true);
    },
  );

  it.each(TOLD.filter(({ hours, retries }) => hours > 0 && retries.signed === undefined))(
    'is said to be refused where it is not told whether it is dated anew: $name',
    ({ provider, hours }) => {
      const { toleranceSeconds = Infinity } = provider.timestamp ?? {};
      const isSaid = describeRetries(provider).includes('one with the time of the first is refused');
      expect(isSaid).toBe(hours * HOUR > toleranceSeconds + 60);
    },
  );
});

describe('the memory of a sender', () => {
  it.each([
    ['pagerduty', 49],
    ['tally', 32.6],
    ['meta', 169],
    ['unit', 168],
    ['checkout-com', 31],
    ['dodopayments', 28.6],
    ['customer-io', 169],
    ['dwolla', 73],
    ['telegram', 25],
    ['github', 24],
    ['notion', 25],
  ])('of %s lasts %s hours', (name, hours) => {
    const provider = providers[name];
    expect(provider === undefined ? 0 : usualLifeMs(provider) / (HOUR * 1000)).toBeCloseTo(hours, 6);
  });
});
