import { isUtf8 } from 'node:buffer';

/** The characters of the bytes from 0x80 to 0x9f in Windows-1252: the decoder of Node 20 takes them for Latin-1. */
export const BEYOND_LATIN_1 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const BYTE_ORDER_MARK_BYTES = 3;
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^\s;,"]+)/i;

/** The usual name of a charset (`'windows-1252'` for `'latin1'`), or `undefined` for a text that names none. */
export function findCharset(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** The charset that a Content-Type names, in its words. */
export function readCharsetLabel(contentType: unknown): string | undefined {
  return typeof contentType === 'string' ? CHARSET.exec(contentType)?.[1] : undefined;
}

/** The text of bytes in a charset that `findCharset` knows; `undefined` where they are not wholly that. */
export function decodeBytes(bytes: Buffer, charset: string): string | undefined {
  if (charset === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
  if (charset === 'windows-1252') {
    return bytes
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (byte) => BEYOND_LATIN_1.charAt(byte.charCodeAt(0) - 0x80));
  }
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The bytes behind a byte order mark, which is no part of JSON or a form. Only parsing goes by it. */
export function stripMark(body: Buffer): Buffer {
  // By its bytes: a Buffer of three of them would cost more than most bodies take to be searched.
  const isMarked = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  return isMarked ? body.subarray(BYTE_ORDER_MARK_BYTES) : body;
}
