import { row, type AnswerClass, type Family, type Row } from '../row';
import type { RouteName } from '../routes';

// Each is signed as it is: its time alone is what must not pass.
const SECONDS: readonly (readonly [text: string, what: string])[] = [
  ['', 'nothing'],
  ['0', 'zero'],
  ['0000000000', 'the beginning of time'],
  ['9999999999', 'the end of ten digits'],
  ['1767225299', 'a second too old'],
  ['1767225901', 'a second too early'],
  ['1767225600000', 'milliseconds'],
  ['17672256', 'too few digits'],
  ['01767225600', 'a zero in front'],
  ['+1767225600', 'a plus sign'],
  ['-1767225600', 'a minus sign'],
  ['1767225600.0', 'a fraction'],
  ['1767225600.', 'a point'],
  ['1.7672256e9', 'an exponent'],
  ['17672256e2', 'an exponent of ten letters'],
  ['0x69560e80', 'hexadecimal digits'],
  ['0b11010010', 'binary digits'],
  ['1_767_225_600', 'underscores'],
  ['1,767,225,600', 'commas'],
  ['1767225600n', 'a BigInt'],
  ['NaN', 'NaN'],
  ['Infinity', 'infinity'],
  ['-Infinity', 'infinity before'],
  ['null', 'null'],
  ['true', 'true'],
  ['[1767225600]', 'a list'],
  ['"1767225600"', 'quotes'],
  ['1767225600;', 'a semicolon'],
  ['1767225600 1767225600', 'two with a space'],
  ['١٧٦٧٢٢٥٦٠٠', 'Arabic digits'],
  ['१७६७२२५६००', 'Devanagari digits'],
  ['１７６７２２５６００', 'full-width digits'],
  ['𝟏𝟕𝟔𝟕𝟐𝟐𝟓𝟔𝟎𝟎', 'mathematical digits'],
  ['176722560²', 'a superscript'],
  ['2026-01-01T00:00:00Z', 'a date'],
  ['Thu, 01 Jan 2026 00:00:00 GMT', 'a date of HTTP'],
  ['9'.repeat(400), 'a number beyond infinity'],
];

const MILLISECONDS: typeof SECONDS = [
  ['1767225600', 'seconds'],
  ['1767225600000000', 'microseconds'],
  ['1767225299999', 'a millisecond too old'],
  ['1767225900001', 'a millisecond too early'],
  ['01767225600000', 'a zero in front'],
  ['+1767225600000', 'a plus sign'],
  ['1.767225600e12', 'an exponent'],
  ['1767225600000.5', 'a fraction'],
  ['NaN', 'NaN'],
  ['١٧٦٧٢٢٥٦٠٠٠٠٠', 'Arabic digits'],
];

const DATES: typeof SECONDS = [
  ['1767225600', 'seconds'],
  ['2026-01-01', 'a day'],
  ['2026-01-01T00:00:00', 'no zone'],
  ['2026-01-01 00:00:00Z', 'a space'],
  ['2026-01-01t00:00:00z', 'small letters'],
  ['2025-12-31T24:00:00Z', 'the hour 24'],
  ['2026-02-30T00:00:00Z', 'no such day'],
  ['2025-12-31T23:59:60Z', 'a leap second'],
  ['2026-01-01T00:00:00+24:00', 'no such zone'],
  ['2026-01-01T00:00:00.Z', 'an empty fraction'],
  ['2026-01-01T00:00:00.0000000000Z', 'ten digits of a fraction'],
  ['+002026-01-01T00:00:00Z', 'a year of six digits'],
  ['-000001-01-01T00:00:00Z', 'a year before'],
  ['2026-W01-4T00:00:00Z', 'a week'],
  ['２０２６-01-01T00:00:00Z', 'full-width digits'],
  ['2026-01-01T00:05:01Z', 'a second too early'],
];

const TIMED: readonly (readonly [RouteName, typeof SECONDS, edges: readonly string[]])[] = [
  ['fastcomments', SECONDS, ['1767225300', '1767225900']],
  ['stripe', SECONDS, ['1767225300', '1767225900']],
  ['standard', SECONDS, ['1767225300', '1767225900']],
  ['slack', SECONDS, ['1767225300', '1767225900']],
  ['medplum', MILLISECONDS, ['1767225300000', '1767225900000']],
  ['dated', DATES, ['2025-12-31T23:55:00Z', '2026-01-01T00:05:00.000Z', '2026-01-01T05:30:00+05:30']],
];

const at = (route: RouteName, timestamp: string, what: string, answer: AnswerClass): Row =>
  row(route, `a signed timestamp of ${what}`, answer, ({ resigned }) => resigned({ timestamp }));

const ids: readonly Row[] = (
  [
    ['nothing', ''],
    ['a dot', 'a.b'],
    ['a dot at its end', 'msg.'],
    ['a space', 'a b'],
    ['letters beyond ASCII', 'ключ'],
    ['a letter of Latin-1', '\u00e9'],
    ['5000 letters', 'x'.repeat(5000)],
  ] as const
).map(([what, id]) =>
  row('standard', `a signed id of ${what}`, 'authentication', ({ resigned }) => resigned({ id })),
);

export const TIMESTAMPS: Family = [
  'timestamps and ids',
  [
    ...TIMED.flatMap(([route, list, edges]) => [
      ...list.map(([text, what]) => at(route, text, what, 'authentication')),
      ...edges.map((text) => at(route, text, `${text}, the edge of the window`, 'accepted')),
    ]),
    ...ids,
    row('standard', 'a signed id of 200 letters', 'accepted', ({ resigned }) =>
      resigned({ id: '~'.repeat(200) }),
    ),
  ],
];
