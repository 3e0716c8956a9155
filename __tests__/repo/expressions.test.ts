import { parseRawRequest } from '../../src/cli/raw-request';
import { makeMasks } from '../../src/trace/masks';

// ESLint holds every expression to be linear; these once were not. Of 100 000 letters a square would take minutes.
const MANY = 100_000;

describe('expressions that were slower than their text is long', () => {
  it('reads a saved header of many spaces', () => {
    const text = `POST / HTTP/1.1\r\nX: a${' '.repeat(MANY)}b \r\n\r\n`;
    expect(parseRawRequest(Buffer.from(text)).headers).toEqual({ x: `a${' '.repeat(MANY)}b` });
  });

  it('hides no less of an address of many question marks', () => {
    const url = `/${'?'.repeat(MANY)}`;
    expect(makeMasks([], []).url(url)).toBe(url);
    expect(makeMasks([], []).url('/a?b?token=c')).not.toContain('=c');
  });

  it('refuses a saved header of many spaces with a bare CR', () => {
    const text = `POST / HTTP/1.1\r\nX: a${' '.repeat(MANY)}\rb\r\n\r\n`;
    expect(() => parseRawRequest(Buffer.from(text))).toThrow('is no header');
  });
});
