import { killReceiver } from '../../tools/reliability/inbox-kill';
import { DRIVER } from '../helpers/inbox';

// tools/reliability/inbox-kill.ts does the same two hundred times.
describe('an inbox whose process is killed over and over', () => {
  it.each(['thread', 'main', 'order', 'transaction'])(
    'loses nothing that was acknowledged, by %s',
    async (mode) => {
      const { acknowledged, lost, twice, outOfOrder, unacknowledged } = await killReceiver({
        kills: 6,
        mode,
        driver: DRIVER,
      });
      // In order there is one sender, which waits for each answer.
      expect(acknowledged).toBeGreaterThan(mode === 'order' ? 2 : 10);
      expect([lost, unacknowledged]).toEqual([0, 0]);
      if (mode === 'transaction') expect(twice).toBe(0);
      if (mode === 'order') expect(outOfOrder).toBe(0);
    },
    180_000,
  );
});
