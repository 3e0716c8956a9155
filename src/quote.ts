import { isUtf8 } from 'node:buffer';

// Control characters, lone surrogates, separators of lines and paragraphs, and characters without a picture of their
// own: marks of direction, zero-width characters, tags, variation selectors (Unicode: Default_Ignorable_Code_Point).
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
// eslint-disable-next-line no-control-regex -- bytes of a text that is not UTF-8
const NOT_ASCII = /[\u0000-\u001f\u007f-\u00ff]/g;

/**
 * Text of others for a terminal, a page or a log. A character that could move a cursor, turn the direction of a text
 * or hide in it is written as `\u001b`; JSON stays the same JSON. `kept` are those that may stay, such as line breaks.
 */
export function showText(text: string, kept = ''): string {
  return text.replace(HIDDEN, (character) => (kept.includes(character) ? character : escapeUnits(character)));
}

/** Whether a text can be pasted as it is: a terminal acts on control characters, and a reader misses hidden ones. */
export function isPasteable(text: string): boolean {
  return showText(text, '\n') === text;
}

/** A string literal of JavaScript. */
export function quoteForJavaScript(text: string): string {
  return showText(JSON.stringify(text));
}

/**
 * One word of a POSIX shell, with exactly these bytes. Hidden ones go through `printf`, as a terminal would act on them
 * when they are pasted. A null byte is lost: no argument can hold one.
 */
export function quoteForShell(value: string | Buffer): string {
  const bytes = Buffer.from(value);
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  const quoted = bytes
    .toString(encoding)
    .replaceAll("'", `'\\''`)
    .replace(encoding === 'utf8' ? HIDDEN : NOT_ASCII, (character) =>
      character === '\n' ? character : `'"$(printf '${octal(Buffer.from(character, encoding))}')"'`,
    );
  return `'${quoted}'`;
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

function octal(bytes: Buffer): string {
  return Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
