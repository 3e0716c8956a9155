import { fastcomments } from 'hooklatch';
import { makeSubject } from '../../../src/diagnose/subject';
import { readTime, findWindowFaults } from '../../../src/diagnose/mistakes/time';
import { good, NOW, secretOf } from '../../helpers/deliveries';

describe('a time in a delivery', () => {
  it('is read from 64 characters at most', () => {
    const date = new Date(NOW).toUTCString();
    const sized = (size: number): string => `${date} (${'a'.repeat(size - date.length - 3)})`;
    expect(readTime(sized(64))).toEqual({ time: NOW, words: 'a date in words' });
    expect(readTime(sized(65))).toBeUndefined();
  });

  it('is seconds with a fraction where they have ten digits', () => {
    expect(readTime('1767225600.5')).toEqual({ time: NOW + 500, words: 'seconds with a fraction' });
    expect(readTime('11767225600.5')).toBeUndefined();
  });

  it('is in no other zone where it differs by less than a minute', () => {
    const settings = {
      provider: fastcomments,
      secret: secretOf(fastcomments),
      now: NOW,
      toleranceSeconds: 10,
    };
    const subject = makeSubject(good(fastcomments), settings);
    const codesAt = (behind: number): string[] =>
      findWindowFaults(subject, NOW - behind).map(({ code }) => code);
    expect([10_000, 45_000, -45_000, 1_800_000, 3_600_000, 3_659_000, 3_661_000].map(codesAt)).toEqual([
      [],
      ['timestamp-stale'],
      ['timestamp-future'],
      ['timestamp-stale'],
      ['time-zone', 'timestamp-stale'],
      ['time-zone', 'timestamp-stale'],
      ['timestamp-stale'],
    ]);
  });
});
