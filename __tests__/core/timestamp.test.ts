import { formatTimestamp, parseTimestamp } from '../../src/core/timestamp';

const NOW = 1_700_000_000_123;

describe('parseTimestamp()', () => {
  it.each([
    ['1700000000', 'seconds', 1_700_000_000_000],
    ['0000000000', 'seconds', 0],
    ['1999999999', 'seconds', 1_999_999_999_000],
    ['1700000000123', 'milliseconds', NOW],
    ['2023-11-14T22:13:20Z', 'rfc3339', 1_700_000_000_000],
    ['2023-11-14T22:13:20.123Z', 'rfc3339', NOW],
    ['2023-11-14T22:13:20.123999999Z', 'rfc3339', NOW],
    ['2023-11-14T22:13:20.1Z', 'rfc3339', 1_700_000_000_100],
    ['2023-11-14T23:43:20+01:30', 'rfc3339', 1_700_000_000_000],
    ['2023-11-14T20:13:20-02:00', 'rfc3339', 1_700_000_000_000],
    ['2023-11-15T22:12:20+23:59', 'rfc3339', 1_700_000_000_000],
    ['2024-02-29T00:00:00Z', 'rfc3339', Date.UTC(2024, 1, 29)],
  ] as const)('reads %p in %s', (text, unit, time) => {
    expect(parseTimestamp(text, unit)).toBe(time);
  });

  it.each([
    ['', 'an empty text'],
    ['170000000', 'a digit too few'],
    ['17000000000', 'a digit too many'],
    ['1700000000123', 'another unit'],
    ['+170000000', 'a sign'],
    ['-170000000', 'a negative number'],
    ['1.70000000', 'a fraction'],
    ['17000000e2', 'an exponent'],
    ['0x65539b00', 'a hexadecimal number'],
    [' 1700000000', 'a space in front'],
    ['1700000000 ', 'a space behind'],
    ['1700000000\n', 'a line break'],
    ['1700000000, 1700000000', 'a joined header'],
    ['١٧٠٠٠٠٠٠٠٠', 'the digits of another script'],
    ['undefined1', 'a word'],
  ])('refuses %p as seconds: %s', (text) => {
    expect(parseTimestamp(text, 'seconds')).toBeNaN();
  });

  it.each(['1700000000', '17000000001234', '170000000012e', '-1700000000123', '1700000000.12'])(
    'refuses %p as milliseconds',
    (text) => {
      expect(parseTimestamp(text, 'milliseconds')).toBeNaN();
    },
  );

  it.each([
    '1700000000',
    '2023-11-14',
    '2023-11-14 22:13:20Z',
    '2023-11-14t22:13:20z',
    '2023-11-14T22:13:20',
    '2023-11-14T22:13Z',
    '2023-11-14T22:13:20Z ',
    '2023-11-14T22:13:20Z2',
    '2023-11-14T22:13:20.Z',
    '2023-11-14T22:13:20.1234567890Z',
    '2023-11-14T22:13:20+0100',
    '2023-11-14T22:13:20+24:00',
    '2023-11-14T22:13:20+00:60',
    '2023-13-14T22:13:20Z',
    '2023-00-14T22:13:20Z',
    '2023-02-30T22:13:20Z',
    '2023-11-00T22:13:20Z',
    '2023-11-14T24:00:00Z',
    '2023-11-14T22:60:20Z',
    '2016-12-31T23:59:60Z',
    '12023-11-14T22:13:20Z',
    'Tue, 14 Nov 2023 22:13:20 GMT',
  ])('refuses %p as RFC 3339', (text) => {
    expect(parseTimestamp(text, 'rfc3339')).toBeNaN();
  });
});

describe('formatTimestamp()', () => {
  it.each([
    ['seconds', '1700000000'],
    ['milliseconds', '1700000000123'],
    ['rfc3339', '2023-11-14T22:13:20.123Z'],
  ] as const)('writes %s', (unit, text) => {
    expect(formatTimestamp(NOW, unit)).toBe(text);
  });

  it.each(['seconds', 'milliseconds', 'rfc3339'] as const)('writes %s that it reads again', (unit) => {
    const time = 1_700_000_000_000.75;
    expect(parseTimestamp(formatTimestamp(time, unit), unit)).toBe(1_700_000_000_000);
  });
});
