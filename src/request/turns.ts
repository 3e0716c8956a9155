/** The tries of one key that are under way. */
interface Tries {
  /** Those that wait, look or try; the key is forgotten when none is left. */
  users: number;
  begun: number;
  ended: number;
  readonly waiting: (() => void)[];
}

/**
 * Waits until a try may begin, and gives back what ends it; `undefined` where the failures are more than the limit.
 * Tries under way count as failures until they end, because they may become some: however many come at once, no more
 * are made than the limit allows.
 */
export type TakeTurn = (
  key: string,
  limit: number,
  countFailures: () => Promise<number>,
) => Promise<(() => void) | undefined>;

/** Makes the turns of one limit, in this process. */
export function makeTurns(): TakeTurn {
  const triesByKey = new Map<string, Tries>();

  return async function takeTurn(key, limit, countFailures) {
    const tries = triesByKey.get(key) ?? { users: 0, begun: 0, ended: 0, waiting: [] };
    triesByKey.set(key, tries);
    tries.users += 1;
    const leave = (): void => {
      tries.users -= 1;
      if (tries.users === 0) triesByKey.delete(key);
      wakeNext(tries);
    };
    try {
      if (await waitForTurn(tries, limit, countFailures)) {
        // There may be room for one more.
        wakeNext(tries);
        return () => {
          tries.ended += 1;
          leave();
        };
      }
    } catch (error) {
      leave();
      throw error;
    }
    leave();
    return undefined;
  };
}

/** One at a time: if all looked whenever a try ended, many at once would ask the store by the square of their number. */
function wakeNext({ waiting }: Tries): void {
  waiting.shift()?.();
}

async function waitForTurn(
  tries: Tries,
  limit: number,
  countFailures: () => Promise<number>,
): Promise<boolean> {
  for (;;) {
    const { ended } = tries;
    const failures = await countFailures();
    if (failures > limit) return false;
    // A try that had not ended when the failures were counted may be missing among them.
    if (failures + tries.begun - ended <= limit) {
      tries.begun += 1;
      return true;
    }
    // Each try under way wakes another one when it ends.
    if (tries.begun > tries.ended) await new Promise<void>((resolve) => tries.waiting.push(resolve));
  }
}
