import { isMultipart, parseMultipart } from '../../src/core/multipart';

const FORM = `--b\r\nContent-Disposition: form-data; name="json"\r\n\r\n{"a":"Zoë"}\r\n--b--\r\n`;
const parse = (text: string): unknown => parseMultipart(Buffer.from(text), 'utf-8');
const part = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

describe('isMultipart()', () => {
  it.each([
    [FORM, true],
    ['--b\r\n', true],
    ['--b=1', false],
    ['json=%0D%0A--b', false],
    ['{"a":"--\\r\\n"}', false],
    ['', false],
  ])('of %j is %p', (text, expected) => {
    expect(isMultipart(Buffer.from(text))).toBe(expected);
  });
});

describe('parseMultipart()', () => {
  it.each([
    ['one field', FORM, { json: '{"a":"Zoë"}' }],
    ['no line end at the end', FORM.slice(0, -2), { json: '{"a":"Zoë"}' }],
    ['two fields, one of them empty', `${part('a', '1')}${part('b', '')}--b--`, { a: '1', b: '' }],
    ['a value of several lines', `${part('a', '1\r\n\r\n2\n')}--b--`, { a: '1\r\n\r\n2\n' }],
    [
      'a type and a length',
      '--b\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Disposition: form-data; name="a"\r\nContent-Length: 1\r\n\r\n1\r\n--b--',
      { a: '1' },
    ],
  ])('reads %s', (_what, text, fields) => {
    expect(parse(text)).toEqual(fields);
  });

  it('has own fields only, whatever they are called', () => {
    const fields = parse(`${part('__proto__', '1')}--b--`) as object;
    expect(Object.keys(fields)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });

  it.each([
    ['nothing that ends it', part('a', '1')],
    ['something behind the end', `${FORM}x`],
    ['two ends', `${FORM.trimEnd()}\r\n--b--\r\n`],
    ['no delimiter', '--'],
    ['a delimiter with a space', FORM.replaceAll('--b', '--b c')],
    ['a delimiter that is too long', FORM.replaceAll('--b', `--${'b'.repeat(71)}`)],
    ['a part without a name', '--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--'],
    ['a part without headers', '--b\r\n\r\n1\r\n--b--'],
    ['headers without an end', '--b\r\nContent-Disposition: form-data; name="a"\r\n1\r\n--b--'],
    ['a file', FORM.replace('"json"', '"json"; filename="a"')],
    ['another encoding', FORM.replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: base64\r\n\r\n')],
    ['a name with an escape', FORM.replace('"json"', '"js\\"on"')],
    ['a name twice', `${part('a', '1')}${part('a', '2')}--b--`],
    [
      'two names in one part',
      FORM.replace('\r\n\r\n', '\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
    ],
    ['sixty-five parts', `${Array.from({ length: 65 }, (_, n) => part(`f${n}`, '')).join('')}--b--`],
  ])('refuses %s', (_what, text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('refuses bytes that are not of the charset', () => {
    expect(parseMultipart(Buffer.from(FORM.replace('Zoë', '\xff'), 'latin1'), 'utf-8')).toBeUndefined();
    expect(parseMultipart(Buffer.from(FORM, 'latin1'), 'windows-1252')).toEqual({ json: '{"a":"Zoë"}' });
  });
});
