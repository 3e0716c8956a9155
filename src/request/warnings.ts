const warned = new Set<string>();

/** Tells the operator something once in the life of the process. */
export function warnOnce(topic: string, message: string): void {
  if (warned.has(topic)) return;
  warned.add(topic);
  warn(message);
}

/** Tells the operator something, by Node's own channel for warnings. */
export function warn(message: string): void {
  process.emitWarning(message, 'HooklatchWarning');
}
