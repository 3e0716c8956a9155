import { signatureName, valueOf, withHeader } from '../requests';
import { row, type AnswerClass, type Family, type Row } from '../row';
import { routeOf, type RouteName } from '../routes';

type Change = (text: string) => string;

const flip = (text: string, index: number): string => {
  const at = index < 0 ? text.length + index : index;
  const other = text[at] === '0' ? '1' : '0';
  return text.slice(0, at) + other + text.slice(at + 1);
};

/** What is done to the digits of a signature, without what stands around them. */
const HEX: readonly (readonly [what: string, answer: AnswerClass, change: Change])[] = [
  ['one digit less', 'authentication', (hex) => hex.slice(1)],
  ['two digits less', 'authentication', (hex) => hex.slice(2)],
  ['the first half', 'authentication', (hex) => hex.slice(0, hex.length / 2)],
  ['the first byte', 'authentication', (hex) => hex.slice(0, 2)],
  ['one digit more', 'authentication', (hex) => `${hex}0`],
  ['one byte more', 'authentication', (hex) => `${hex}00`],
  ['twice itself', 'authentication', (hex) => hex + hex],
  ['no hexadecimal digit at the end', 'authentication', (hex) => `${hex.slice(0, -1)}g`],
  ['no hexadecimal digits at all', 'authentication', (hex) => 'z'.repeat(hex.length)],
  ['0x in front', 'authentication', (hex) => `0x${hex}`],
  ['0x instead of the first byte', 'authentication', (hex) => `0x${hex.slice(2)}`],
  ['a space in the middle', 'authentication', (hex) => `${hex.slice(0, 8)} ${hex.slice(8)}`],
  ['colons between bytes', 'authentication', (hex) => hex.replace(/..(?!$)/g, '$&:')],
  ['full-width digits', 'authentication', (hex) => `０${hex.slice(1)}`],
  ['letters whose low byte is a digit', 'authentication', (hex) => `İ${hex.slice(1)}`],
  ['percent signs', 'authentication', (hex) => hex.replace(/../g, '%$&')],
  ['all zeros', 'authentication', (hex) => '0'.repeat(hex.length)],
  ['base64 instead', 'authentication', (hex) => Buffer.from(hex, 'hex').toString('base64')],
  ['a wrong first digit', 'authentication', (hex) => flip(hex, 0)],
  ['a wrong last digit', 'authentication', (hex) => flip(hex, -1)],
  ['capital letters', 'accepted', (hex) => hex.toUpperCase()],
];

const BASE64: typeof HEX = [
  ['no padding', 'authentication', (text) => text.replace(/=+$|.$/, '')],
  ['padding for ever', 'authentication', (text) => `${text}====`],
  ['one sign of padding more', 'authentication', (text) => `${text}=`],
  ['the alphabet of URLs', 'authentication', (text) => toUrl(text)],
  ['a line break where MIME has one', 'parser', (text) => `${text.slice(0, 20)}\n${text.slice(20)}`],
  ['a space in the middle', 'authentication', (text) => `${text.slice(0, 20)} ${text.slice(20)}`],
  ['a foreign letter in the middle', 'authentication', (text) => `${text.slice(0, 20)}*${text.slice(20)}`],
  ['a NUL in the middle', 'parser', (text) => `${text.slice(0, 20)}\0${text.slice(20)}`],
  ['stray bits at its end', 'authentication', (text) => strayBits(text)],
  ['padding in the middle', 'authentication', (text) => `${text.slice(0, 20)}=${text.slice(20)}`],
  ['four letters less', 'authentication', (text) => text.slice(4)],
  ['four letters more', 'authentication', (text) => `AAAA${text}`],
  ['hexadecimal digits instead', 'authentication', (text) => Buffer.from(text, 'base64').toString('hex')],
  ['other letters', 'authentication', (text) => text.toLowerCase()],
  ['percent signs', 'authentication', (text) => encodeURIComponent(text).replace(/^(.)/, '%61$1')],
];

/** Other bits where the last letter has some to spare. */
function strayBits(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const last = text.replace(/=+$/, '').length - 1;
  const next = letters[letters.indexOf(text.charAt(last)) + 1] ?? 'A';
  return text.slice(0, last) + next + text.slice(last + 1);
}

// A foreign letter, where the text happens to have none of the two.
const toUrl = (text: string): string => `-${text.slice(1).replaceAll('+', '-').replaceAll('/', '_')}`;

/** What of a signature header is the signature, and the same header around another. */
function around(route: RouteName, header: string): readonly [text: string, put: Change] {
  const { prefix = '', items, key = '', assign = '' } = routeOf(route).provider.signature;
  const mark = items === undefined ? prefix : key + assign;
  const from = header.indexOf(mark) + mark.length;
  return [header.slice(from), (text) => header.slice(0, from) + text];
}

const changed = (route: RouteName, list: typeof HEX): readonly Row[] =>
  list.map(([what, answer, change]) =>
    row(route, `a signature with ${what}`, answer, ({ request }) => {
      const name = signatureName(route);
      const [text, put] = around(route, valueOf(request, name));
      return withHeader(request, name, put(change(text)));
    }),
  );

const whole = (route: RouteName, what: string, answer: AnswerClass, change: Change): Row =>
  row(route, `a signature header ${what}`, answer, ({ request }) => {
    const name = signatureName(route);
    return withHeader(request, name, change(valueOf(request, name)));
  });

const PREFIXED: readonly Row[] = (['github', 'fastcomments'] as const).flatMap((route) => [
  whole(route, 'without its prefix', 'authentication', (text) => text.slice(7)),
  whole(route, 'with its prefix in capitals', 'authentication', (text) => text.replace('sha256', 'SHA256')),
  whole(route, 'of another algorithm', 'authentication', (text) => text.replace('sha256', 'sha1')),
  whole(route, 'of the algorithm none', 'authentication', () => 'none='),
  whole(route, 'with its prefix twice', 'authentication', (text) => `sha256=${text}`),
  whole(route, 'of the prefix alone', 'authentication', () => 'sha256='),
  whole(route, 'with a space behind its prefix', 'authentication', (text) => text.replace('=', '= ')),
  whole(route, 'that is a list', 'authentication', (text) => `${text},${text}`),
]);

const repeat = (text: string, times: number): string => Array.from({ length: times }, () => text).join('');

const STRIPE: readonly Row[] = [
  whole(
    'stripe',
    'with two signatures, one of them wrong',
    'accepted',
    (text) => `${text},v1=${'0'.repeat(64)}`,
  ),
  whole('stripe', 'with eight signatures', 'accepted', (text) => text + repeat(`,v1=${'0'.repeat(64)}`, 7)),
  whole(
    'stripe',
    'with nine signatures',
    'authentication',
    (text) => text + repeat(`,v1=${'0'.repeat(64)}`, 8),
  ),
  whole('stripe', 'with thousands of signatures', 'authentication', (text) => text + repeat(',v1=00', 2000)),
  whole('stripe', 'with sixteen items', 'accepted', (text) => text + repeat(',v9=0', 14)),
  whole('stripe', 'with seventeen items', 'authentication', (text) => text + repeat(',v9=0', 15)),
  whole('stripe', 'with thousands of items', 'authentication', (text) => text + repeat(',a=b', 1000)),
  whole('stripe', 'with an older scheme beside', 'accepted', (text) => `${text},v0=${'0'.repeat(64)}`),
  whole('stripe', 'of an older scheme alone', 'authentication', (text) => text.replace('v1=', 'v0=')),
  whole('stripe', 'with a second timestamp', 'authentication', (text) => `${text},t=1767225600`),
  whole('stripe', 'with a second timestamp in front', 'authentication', (text) => `t=1767225600,${text}`),
  whole('stripe', 'without a timestamp', 'authentication', (text) => text.slice(text.indexOf('v1='))),
  whole('stripe', 'that ends in a comma', 'authentication', (text) => `${text},`),
  whole('stripe', 'that begins with a comma', 'authentication', (text) => `,${text}`),
  whole('stripe', 'of commas', 'authentication', () => ','.repeat(4000)),
  whole('stripe', 'of equals signs', 'authentication', () => '='.repeat(4000)),
  whole('stripe', 'with an item without a name', 'accepted', (text) => `${text},=x`),
  whole('stripe', 'with an item that is no pair', 'authentication', (text) => `${text},x`),
  whole('stripe', 'with one space behind its comma', 'accepted', (text) => text.replace(',', ', ')),
  whole('stripe', 'with two spaces behind its comma', 'authentication', (text) => text.replace(',', ',  ')),
  whole('stripe', 'with semicolons', 'authentication', (text) => text.replace(',', ';')),
  whole('stripe', 'with __proto__ for an item', 'accepted', (text) => `${text},__proto__=x`),
];

const STANDARD: readonly Row[] = [
  whole(
    'standard',
    'with two signatures, one of them wrong',
    'accepted',
    (text) => `v1,${'A'.repeat(43)}= ${text}`,
  ),
  whole(
    'standard',
    'with nine signatures',
    'authentication',
    (text) => text + repeat(` v1,${'A'.repeat(43)}=`, 8),
  ),
  whole('standard', 'of another version', 'authentication', (text) => text.replace('v1,', 'v2,')),
  whole('standard', 'of another version beside', 'accepted', (text) => `v1a,AAAA ${text}`),
  whole('standard', 'without a version', 'authentication', (text) => text.slice(3)),
  whole('standard', 'that ends in a comma', 'authentication', (text) => `${text},`),
  whole('standard', 'with commas between', 'authentication', (text) => `${text},${text}`),
  whole('standard', 'of its version alone', 'authentication', () => 'v1,'),
];

const MESSAGES: readonly Row[] = [
  ['of a token instead of bytes', 'sig1=abc'],
  ['of bytes without an end', 'sig1=:AAAA'],
  ['of no bytes', 'sig1=::'],
  ['of an inner list', 'sig1=("a" "b")'],
  ['of ten thousand open brackets', `sig1=${'('.repeat(4000)}`],
  ['of parameters without an end', `sig1=:AAAA:${';a'.repeat(1500)}`],
  ['of quotes without an end', `sig1="${'\\\\'.repeat(1500)}`],
  ['of a number out of range', 'sig1=99999999999999999999'],
  ['of a hundred entries', Array.from({ length: 100 }, (_, index) => `s${index}=:AAAA:`).join(', ')],
  ['of __proto__', '__proto__=:AAAA:'],
].map(([what = '', text = '']) => whole('messages', what, 'authentication', () => text));

const INPUTS: readonly Row[] = [
  ['that covers nothing', 'sig1=();created=1767225600'],
  ['without a time', 'sig1=("@method" "@target-uri" "content-digest")'],
  ['with a time that is text', 'sig1=("@method" "@target-uri" "content-digest");created="1767225600"'],
  ['with another algorithm', 'sig1=("@method" "@target-uri" "content-digest");created=1767225600;alg="none"'],
  ['that is over', 'sig1=("@method" "@target-uri" "content-digest");created=1767225600;expires=1'],
  ['with a component twice', 'sig1=("@method" "@method" "@target-uri" "content-digest");created=1767225600'],
  ['with a component that nobody knows', 'sig1=("@nothing" "content-digest");created=1767225600'],
  ['with a thousand components', `sig1=(${'"@method" '.repeat(400)});created=1767225600`],
  ['that is no structured field', '("@method'],
].map(([what = '', text = '']) =>
  row('messages', `a signature input ${what}`, 'authentication', ({ request }) =>
    withHeader(request, 'Signature-Input', text),
  ),
);

const ASYMMETRIC: readonly Row[] = [
  whole('sendgrid', 'of a DER sequence with nothing in it', 'authentication', () => 'MAA='),
  whole('sendgrid', 'of two zeros', 'authentication', () => 'MAYCAQACAQA='),
  whole('sendgrid', 'of 64 raw bytes', 'authentication', () => Buffer.alloc(64, 1).toString('base64')),
  whole('sendgrid', 'with bytes behind its end', 'authentication', (text) =>
    Buffer.concat([Buffer.from(text, 'base64'), Buffer.from([0])]).toString('base64'),
  ),
  whole('sendgrid', 'of a length without an end', 'authentication', () =>
    Buffer.from('30ffffffffff', 'hex').toString('base64'),
  ),
  whole('discord', 'of nothing but zeros', 'authentication', () => '0'.repeat(128)),
  whole(
    'discord',
    'with its scalar beyond the order',
    'authentication',
    (text) => text.slice(0, 64) + 'f'.repeat(64),
  ),
];

const TOKENS: readonly Row[] = [
  whole('token', 'one letter short', 'authentication', (text) => text.slice(0, -1)),
  whole('token', 'one letter long', 'authentication', (text) => `${text}x`),
  whole('token', 'in capitals', 'authentication', (text) => text.toUpperCase()),
  whole('token', 'after Bearer', 'authentication', (text) => `Bearer ${text}`),
  whole('token', 'with a comma', 'authentication', (text) => `${text},`),
];

export const SIGNATURES: Family = [
  'signatures',
  [
    ...(['github', 'telehealth', 'stripe', 'discord'] as const).flatMap((route) => changed(route, HEX)),
    ...(['standard', 'sendgrid'] as const).flatMap((route) => changed(route, BASE64)),
    ...PREFIXED,
    ...STRIPE,
    ...STANDARD,
    ...MESSAGES,
    ...INPUTS,
    ...ASYMMETRIC,
    ...TOKENS,
  ],
];
