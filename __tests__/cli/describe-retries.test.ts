import { defineProvider, stripe, tokenProvider, type Provider, type RetriesDefinition } from 'hooklatch';
import { describeRetries } from '../../src/cli/describe-retries';

const source = 'https://example.org';

const timed = (
  retries: RetriesDefinition | undefined,
  duplicates: Provider['duplicates'] = { key: 'id' },
): string => describeRetries(defineProvider({ ...stripe, name: 'acme', duplicates, retries }));

const untimed = (retries: RetriesDefinition): string =>
  describeRetries(tokenProvider({ name: 'acme', header: 'X-Token', retries }));

describe('describeRetries()', () => {
  it('says that nothing is known where nothing is described', () => {
    expect(timed(undefined)).toBe('not known here');
  });

  it.each([
    [{ source }, 'for how long is not told; whether each try is signed anew is not told'],
    [{ signed: 'once', source }, 'for how long is not told; with the same signature'],
    [{ hours: 0, signed: 'once', source }, 'never by itself'],
    [{ hours: 0.001, signed: 'once', source }, 'for 1 minute; with the same signature'],
    [{ hours: 0.31, signed: 'once', source }, 'for 19 minutes; with the same signature'],
    [{ hours: 1, signed: 'once', source }, 'for 1 hour; with the same signature'],
    [{ hours: 68.3, signed: 'anew', source }, 'for 68.3 hours; each signed anew'],
    [
      { hours: 2, signed: 'anew', stopsAt: [406, 410], source },
      'for 2 hours; each signed anew; a 406 or 410 ends them',
    ],
  ] as const)('says what the pages tell, and what they do not: %j', (retries, text) => {
    expect(untimed(retries)).toBe(`${text} (${source})`);
  });

  it('says that a try is refused which still has the time of the first', () => {
    const refused = 'one with the time of the first is refused after 300 s';
    expect(timed({ hours: 72, source })).toContain(refused);
    expect(timed({ source })).toContain(refused);
    expect(timed({ hours: 72, signed: 'once', source })).toContain(refused);
    expect(timed({ hours: 72, signed: 'anew', source })).not.toContain('refused');
    expect(timed({ hours: 0.1, source })).not.toContain('refused');
    expect(timed({ hours: 0, source })).not.toContain('refused');
  });

  it('says that a try is no copy which is signed anew, where nothing else tells it', () => {
    const another = 'one that is signed anew is another delivery';
    const bySigned = { key: 'signed' } as const;
    expect(timed({ hours: 72, signed: 'anew', source }, bySigned)).toContain(another);
    expect(timed({ hours: 72, source }, bySigned)).toContain(another);
    expect(timed({ hours: 72, signed: 'once', source }, bySigned)).not.toContain(another);
    expect(timed({ hours: 72, source })).not.toContain(another);
    expect(timed({ hours: 72, source }, false)).not.toContain(another);
  });
});
