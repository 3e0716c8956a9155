import { commentsIn, sourceFiles } from '../helpers/source-files';

// Counts of what is still to be said in plain words. They may only shrink.
const STARTING_WITH_WHAT = 46;
const SAYING_NOBODY = 12;

const comments = sourceFiles.flatMap((file) =>
  commentsIn(file).map(({ line, text }) => ({ place: `${file}:${line}`, text })),
);

const placesWith = (pattern: RegExp): readonly string[] =>
  comments.filter(({ text }) => pattern.test(text)).map(({ place }) => place);

describe('the language of src/', () => {
  it('reads the comments', () => {
    expect(comments.length).toBeGreaterThan(500);
  });

  it('has no more comments that begin with "What" as their subject', () => {
    expect(placesWith(/^What\b/)).toHaveLength(STARTING_WITH_WHAT);
  });

  it('has no more comments that say nobody, somebody or anybody', () => {
    expect(placesWith(/\b(?:nobody|somebody|anybody)\b/i)).toHaveLength(SAYING_NOBODY);
  });
});
