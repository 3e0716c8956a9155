import { providers, type Provider } from 'hooklatch';

const HOUR = 3600;
const REPEATING = Object.values(providers).flatMap((provider) =>
  provider.retries === undefined ? [] : [{ provider, name: provider.name, retries: provider.retries }],
);

/** How long a delivery that was handled is remembered at least. */
function rememberedSeconds({ duplicates, timestamp, retries }: Provider): number {
  if (duplicates === false) return 0;
  const window = timestamp?.toleranceSeconds ?? 0;
  const byTime = timestamp !== undefined && (duplicates.key === 'signed' || retries?.signed === 'once');
  return byTime ? window : (duplicates.ttlSeconds ?? 24 * HOUR);
}

describe('what a sender repeats', () => {
  it('is known of some senders, with the page that says so', () => {
    expect(REPEATING.length).toBeGreaterThan(8);
    for (const { retries } of REPEATING) expect(retries.source).toMatch(/^https:\/\//);
  });

  it.each(REPEATING)(
    'is inside the window to its last try, where it is dated once: $name',
    ({ provider, retries }) => {
      if (retries.signed === 'anew' || provider.timestamp === undefined) return;
      expect(provider.timestamp.toleranceSeconds).toBeGreaterThanOrEqual(retries.hours * HOUR - 60);
    },
  );

  it.each(REPEATING)('is known for a copy to its last try: $name', ({ provider, retries }) => {
    expect(rememberedSeconds(provider)).toBeGreaterThanOrEqual(retries.hours * HOUR);
  });
});
