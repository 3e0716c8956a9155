import { randomBytes } from 'node:crypto';
import { sha256 } from './hmac';

/** 96 bits that stand for a text, as whole numbers of 32 bits. */
export interface KeyWords {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

// No sender knows it, so none can choose texts that meet in one place of a table.
const PROCESS_KEY = randomBytes(32).toString('base64');

let lastText = '';
let lastWords = digestWords(lastText);

/**
 * The first words of a SHA-256 over a key of this process and a text: two texts have the same by chance once in 2 ** 96.
 * The last text is remembered, because one text is mostly asked for several times in a row.
 */
export function keyWords(text: string): KeyWords {
  if (text !== lastText) {
    lastWords = digestWords(text);
    lastText = text;
  }
  return lastWords;
}

function digestWords(text: string): KeyWords {
  const digest = sha256(PROCESS_KEY + text, undefined, undefined, 'binary');
  return { a: readWord(digest, 0), b: readWord(digest, 4), c: readWord(digest, 8) };
}

/** Four characters of one byte each as one number. */
function readWord(bytes: string, at: number): number {
  return (
    bytes.charCodeAt(at) |
    (bytes.charCodeAt(at + 1) << 8) |
    (bytes.charCodeAt(at + 2) << 16) |
    (bytes.charCodeAt(at + 3) << 24)
  );
}
