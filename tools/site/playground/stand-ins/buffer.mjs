// `node:buffer` for a page: the package "buffer", and what it does not have of Node's.
import { Buffer } from 'buffer/';

const { from } = Buffer;
const { toString } = Buffer.prototype;

// The decoder of base64 takes both alphabets, as Node's does.
Buffer.from = (value, encoding, length) =>
  from(value, encoding === 'base64url' ? 'base64' : encoding, length);

Buffer.prototype.toString = function (encoding, start, end) {
  if (encoding !== 'base64url') return toString.call(this, encoding, start, end);
  return toString
    .call(this, 'base64', start, end)
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
};

export function isUtf8(bytes) {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export { Buffer };
