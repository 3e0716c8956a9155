// The parts of Node that a page has no stand-in for. A sender that needs one cannot be checked here, and the page says so
// rather than to call its delivery wrong.
const asked = new Set();

/** Notes that a part is missing, and throws. */
export function failMissing(part) {
  asked.add(part);
  throw new Error(`a web page cannot do this: ${part}`);
}

/** Forgets the parts that were asked for before. */
export function forgetMissing() {
  asked.clear();
}

/** Lists the parts that were asked for and are missing. */
export function listMissing() {
  return [...asked];
}
