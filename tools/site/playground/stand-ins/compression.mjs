// src/diagnose/compression.ts for a page, which cannot compress as Node does: these two mistakes are not looked for.
export function* inflate() {}
export function* compress() {}
