/** Forgets the parts that were asked for before. */
export function forgetMissing(): void;
/** Lists the parts that were asked for and are missing. */
export function listMissing(): readonly string[];
