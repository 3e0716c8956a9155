// More than a slip of the finger is another word.
const MOST_SLIPS = 2;

/** The known word that is meant by a misspelled one; `undefined` where none is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const most = Math.min(MOST_SLIPS, Math.floor(word.length / 3));
  const near = known
    .map((name) => ({ name, slips: countSlips(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ slips }) => slips <= most)
    .sort((one, other) => one.slips - other.slips);
  return near[0]?.name;
}

/** `; did you mean "github"?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = suggest(word, known);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/** How many letters were left out, added, changed, or exchanged with their neighbour (optimal string alignment). */
function countSlips(word: string, other: string): number {
  if (Math.abs(word.length - other.length) > MOST_SLIPS) return Infinity;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= word.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) {
      const same = word[at - 1] === other[to - 1];
      const swapped = word[at - 1] === other[to - 2] && word[at - 2] === other[to - 1];
      const costs = [Number(row[to]) + 1, Number(next[to - 1]) + 1, Number(row[to - 1]) + (same ? 0 : 1)];
      next.push(Math.min(...costs, ...(swapped && at > 1 ? [Number(before[to - 2]) + 1] : [])));
    }
    before = row;
    row = next;
  }
  return Number(row.at(-1));
}
