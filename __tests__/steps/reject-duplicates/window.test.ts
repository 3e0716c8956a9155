import { fastcomments, rejectDuplicates, webhookGuard } from 'hooklatch';

describe('rejectDuplicates()', () => {
  it('takes every window that the guard takes, parts of a second too', () => {
    expect(() => rejectDuplicates({ toleranceSeconds: 1.5 })).not.toThrow();
    const secret = 'a-secret-of-more-than-16-bytes';
    expect(() => webhookGuard({ provider: fastcomments, secret, toleranceSeconds: 1.5 })).not.toThrow();
    expect(() => rejectDuplicates({ toleranceSeconds: 0 })).toThrow('"toleranceSeconds" must be a number');
  });
});
