/** The file of the thread. Throws where it is not on the disk. */
export function resolveThreadFile(): string {
  return require.resolve('./thread');
}
