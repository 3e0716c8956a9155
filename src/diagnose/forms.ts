import { formatJson, parseJson } from './json-text';

const FORM = /^[^\s={}[\]"]{1,200}=[^\s{}"]*$/;
// A form whose values were decoded: they have what no form has.
const DECODED = /^[^\s={}[\]"&]{1,200}=/;
const FIELDS = ['payload', 'data', 'body', 'json'];

type Entries = readonly (readonly [string, string])[];

const lowerCaseHex = (text: string): string =>
  text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

// How names and values are written: a space as + or %20, hexadecimal digits in either case.
const ENCODERS: readonly ((text: string) => string)[] = [
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
  (text) => new URLSearchParams([['', text]]).toString().slice(1).replaceAll('+', '%20'),
  encodeURIComponent,
  (text) => lowerCaseHex(encodeURIComponent(text)),
  (text) => encodeURIComponent(text).replaceAll('%20', '+'),
  encodeStrictly,
  (text) => encodeStrictly(text).replaceAll('%20', '+'),
  (text) => text,
];

/** As Python and PHP do: of the signs, only - _ . and ~ stay as they are. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The forms that a text may have been before it was decoded, and the contents of a form. */
export function listForms(text: string): readonly string[] {
  return [...readForm(text), ...writeJsonAsForm(text)];
}

function readForm(text: string): readonly string[] {
  if (!FORM.test(text)) return DECODED.test(text) ? writeForm(splitForm(text)) : [];
  const form = [...new URLSearchParams(text)];
  const decoded = form.map(([name, value]) => `${name}=${value}`).join('&');
  return [
    ...form.map(([, value]) => value),
    JSON.stringify(Object.fromEntries(form)),
    decoded,
    ...writeForm(form),
    ...writeForm(splitForm(text)),
  ];
}

/** The fields of a form that was decoded already. */
function splitForm(text: string): Entries {
  return text.split('&').map((field) => {
    const split = field.indexOf('=');
    return split === -1 ? [field, ''] : [field.slice(0, split), field.slice(split + 1)];
  });
}

function writeJsonAsForm(text: string): readonly string[] {
  const value = parseJson(text)?.value;
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([name, field]) =>
    [field].flat().map((item) => [name, typeof item === 'string' ? item : formatJson(item)] as const),
  );
  return [...writeForm(entries), ...FIELDS.flatMap((field) => writeForm([[field, text]]))];
}

function writeForm(entries: Entries): readonly string[] {
  return ENCODERS.map((encode) => {
    try {
      return entries.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    } catch {
      // A lone surrogate: an escape in JSON can name one.
      return '';
    }
  });
}
