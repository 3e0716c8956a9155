import { github, hubspotV3 } from 'hooklatch';
import { A_SECRET, A_URL, describeMissingUrl, RAW_HEADERS, TOLERANCE } from '../../src/core/checks';

describe('the checks that functions and steps share', () => {
  it('take an address of the web alone for a URL', () => {
    expect(['https://example.org', 'http://localhost:3000/a?b'].every(A_URL.accepts)).toBe(true);
    expect(
      ['/hook', 'ftp://example.org', 'https://', new URL('https://a.example'), 7].some(A_URL.accepts),
    ).toBe(false);
  });

  it('take a window of a second to a day', () => {
    expect([1, 300, 86_400].every(TOLERANCE.accepts)).toBe(true);
    expect([0, -1, 86_401, NaN, '300'].some(TOLERANCE.accepts)).toBe(false);
  });

  it('take a list for the raw headers, and show neither these nor a secret', () => {
    expect([RAW_HEADERS.accepts([]), RAW_HEADERS.accepts({})]).toEqual([true, false]);
    expect([RAW_HEADERS.secret, A_SECRET.secret]).toEqual([true, true]);
  });

  it('name the provider that signs an address which is not known', () => {
    expect(describeMissingUrl(hubspotV3)).toContain('option "publicUrl" is required for hubspot-v3');
    expect(describeMissingUrl(github)).toContain('github, which signs the address');
  });
});
