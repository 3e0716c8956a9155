// The polynomial of ISO 3309, with its bits in reverse; Node has it from 20.15 on.
const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_none, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
  return value;
});

/** The CRC32 of bytes, without a sign. It finds faults of a line, and no forger. */
export function crc32(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ Number(TABLE[(value ^ byte) & 0xff]);
  return (value ^ 0xffffffff) >>> 0;
}
