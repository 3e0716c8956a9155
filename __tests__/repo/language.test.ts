import { commentsIn, sourceFiles } from '../helpers/source-files';
import { docsPages, readPage } from '../helpers/snippets';

// Counts of what is still to be said in plain words. They may only shrink.
const STARTING_WITH_WHAT = 6;
const SAYING_NOBODY = 9;

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

// Pages that are still to be written in plain words. The list may only shrink.
const NOT_YET_PLAIN = /docs\/(?:providers|guides\/inbox)\.md/;

describe('the language of the pages', () => {
  const plain = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docsPages()].filter(
    (path) => !NOT_YET_PLAIN.test(path),
  );

  it.each(plain)('%s names a person or a program, and not somebody', (path) => {
    expect(readPage(path)).not.toMatch(/\b(?:nobody|somebody|anybody|everybody|whoever)\b/i);
  });
});
