import { TEXT_MISTAKES } from '../../../src/diagnose/mistakes/secret-text';

const undo = (says: string, text: string): readonly string[] =>
  TEXT_MISTAKES.filter((mistake) => mistake.says.startsWith(says)).flatMap((mistake) => [
    ...mistake.undo(text),
  ]);

describe('a secret with more around it', () => {
  it('is looked for in the fields of JSON, and of the objects in it', () => {
    expect(undo('is JSON', '{"a":"one","b":{"c":"two","d":3},"e":null}')).toEqual(['one', 'two']);
    expect(undo('is JSON', '{')).toEqual([]);
  });

  it('has a comment cut off, and no white space where there is no comment', () => {
    expect(undo('has a comment', 'abc  # of the test mode')).toEqual(['abc']);
    expect(undo('has a comment', 'abc ')).toEqual([]);
  });
});
