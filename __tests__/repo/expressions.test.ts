import { diagnose, fastcomments, sign } from 'hooklatch';
import { parseRawRequest } from '../../src/cli/raw-request';
import { makeMasks } from '../../src/trace/masks';

// ESLint and `npm run check:expressions` hold every expression to be linear; these once were not. Of 100 000 letters a square would take minutes.
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

  it('reads a secret that repeats the word of a placeholder', () => {
    const secret = `your-${'key'.repeat(MANY / 3)}\nx`;
    const body = Buffer.from('{}');
    const headers = sign(fastcomments, { secret: 'another secret, which is long' }, { body });
    const delivery = { method: 'PUT', url: '/', headers, body };
    const codes = diagnose(delivery, { provider: fastcomments, secret }).findings.map(({ code }) => code);
    expect(codes).toContain('secret-placeholder');
  });
});
