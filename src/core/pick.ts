import { randomInt } from 'node:crypto';

const SEED = randomInt(2 ** 32);

/**
 * One of a list that is not empty, always the same one for the same text. Strangers cannot foresee which, because it
 * depends on a number of this process.
 */
export function pick<Item>(list: readonly Item[], text: string): Item {
  let hash = SEED;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  }
  // The low bits of such a product know the low bits of the text alone.
  const place = ((hash ^ (hash >>> 15)) >>> 0) % list.length;
  return list[place] as Item;
}
