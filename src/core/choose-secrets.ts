import { timeOutside } from './secret-option';
import type { PreparedSecret } from './secrets';

type Secrets = readonly PreparedSecret[];

/**
 * The secrets to try: the list, or the dummies where none of it is in use. Both ways take as long: the choice is by
 * numbers, and the dummies are looked at whatever the list says. A branch or a first look takes some nanoseconds, and
 * that was measured.
 */
export function chooseSecrets(secrets: Secrets, dummies: Secrets, now: number): Secrets {
  const listed = chooseList(secrets, dummies, toBit(secrets.length === 0));
  const isNoneUsable = toBit(timeOutsideAll(listed, now) > Math.max(0, timeOutsideAll(dummies, now)));
  return chooseList(listed, dummies, isNoneUsable);
}

function chooseList(zero: Secrets, one: Secrets, which: 0 | 1): Secrets {
  return ([zero, one] as const)[which];
}

function toBit(condition: boolean): 0 | 1 {
  return Number(condition) as 0 | 1;
}

/** Milliseconds to the nearest lifetime. Every secret is looked at: to leave sooner is seen in time. */
function timeOutsideAll(secrets: Secrets, now: number): number {
  let nearest = Infinity;
  for (const secret of secrets) nearest = Math.min(nearest, timeOutside(secret, now));
  return nearest;
}
