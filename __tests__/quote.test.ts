import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { isPasteable, quoteForJavaScript, quoteForShell, showText } from '../src/quote';

const HIDDEN = [
  ['escape', '\u001b[2J'],
  ['carriage return', '\r'],
  ['C1: a control sequence in one character', '\u009b2J'],
  ['delete', '\u007f'],
  ['right to left override', '\u202e'],
  ['isolate', '\u2066'],
  ['Arabic letter mark', '\u061c'],
  ['zero-width space', '\u200b'],
  ['zero-width joiner', '\u200d'],
  ['byte order mark', '\ufeff'],
  ['soft hyphen', '\u00ad'],
  ['Hangul filler', '\u3164'],
  ['variation selector', '\ufe0f'],
  ['line separator', '\u2028'],
  ['tag', '\u{e0041}'],
  ['lone surrogate', '\ud800'],
  ['null', '\u0000'],
] as const;

const HOSTILE = [
  `'; touch pwned; '`,
  '$(touch pwned) `touch pwned` $HOME !! \\',
  `"'"'"\\'`,
  '-rf',
  '*',
  ' spaces  and\nlines\n',
  '\u001b]0;title\u0007\u009b31m\u202eabc\u200b',
  'Zoë ☕ 𝄞',
  '',
  '%s%n\\033',
];

describe('showText()', () => {
  it.each(HIDDEN)('shows as an escape: %s', (_name, text) => {
    expect(showText(`a${text}b`)).toMatch(/^a\\u[0-9a-f]{4}.*b$/);
    expect(showText(showText(text))).toBe(showText(text));
  });

  it('leaves what can be seen as it is', () => {
    const text = 'Zoë, 東京, עברית, ☕ 𝄞 "quotes" \\ <b>';
    expect(showText(text)).toBe(text);
  });

  it('keeps what it is told to keep, and nothing else', () => {
    expect(showText('a\n\tb\r', '\n\t')).toBe('a\n\tb\\u000d');
  });

  it('leaves JSON the same JSON', () => {
    for (const text of [...HIDDEN.map(([, hidden]) => hidden), ...HOSTILE]) {
      expect(JSON.parse(showText(JSON.stringify({ text }, null, 2), '\n'))).toEqual({ text });
    }
  });
});

describe('quoteForJavaScript()', () => {
  it('makes a literal that is the text, and runs nothing of it', () => {
    const texts = [...HOSTILE, ...HIDDEN.map(([, text]) => text), "'+(globalThis.pwned=1)+'", '`${1}`', '*/'];
    const literals = texts.map(quoteForJavaScript);
    const program = `process.stdout.write(JSON.stringify([[${literals.join()}], globalThis.pwned ?? null]))`;
    const said = execFileSync(process.execPath, ['-e', program]).toString();
    expect(JSON.parse(said)).toEqual([texts, null]);
    expect(literals.every((literal) => showText(literal) === literal)).toBe(true);
  });
});

describe.each(['sh', 'bash'])('quoteForShell(), in a real %s', (shell) => {
  it('makes a word that is the text, and runs nothing of it', async () => {
    const texts = [...HOSTILE, ...HIDDEN.slice(0, -2).map(([, text]) => `a${text}b`)];
    const words = texts.map((text) => quoteForShell(text)).join(' ');
    const program = `${quoteForShell(process.execPath)} -p 'JSON.stringify(process.argv.slice(1))' -- ${words}`;
    const { stdout } = await promisify(execFile)(shell, ['-c', program]);
    expect(JSON.parse(stdout)).toEqual(texts);
    expect(isPasteable(words)).toBe(true);
  });

  it('gives bytes that are not UTF-8 one by one', async () => {
    const bytes = Buffer.from([0x61, 0xfc, 0x9b, 0x27, 0x0a, 0xff]);
    const word = quoteForShell(bytes);
    const { stdout } = await promisify(execFile)(shell, ['-c', `printf %s ${word}`], { encoding: 'buffer' });
    expect(stdout).toEqual(bytes);
    expect(word).toMatch(/^[\n\x20-\x7e]+$/);
  });
});
