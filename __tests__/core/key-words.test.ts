import { keyWords } from '../../src/core/key-words';

const listWords = (text: string): readonly number[] => Object.values(keyWords(text));

describe('keyWords()', () => {
  it('gives for one text the same three whole numbers of 32 bits', () => {
    const words = listWords('key');
    expect(words).toHaveLength(3);
    expect(words.map((word) => word | 0)).toEqual(words);
    expect(listWords('another')).not.toEqual(words);
    expect(listWords('key')).toEqual(words);
    expect(keyWords('key')).toBe(keyWords('key'));
  });

  it('gives others to other texts, and uses every bit', () => {
    const all = Array.from({ length: 2000 }, (_, index) => listWords(`${index}`));
    for (const at of [0, 1, 2]) {
      const words = all.map((list) => list[at]!);
      expect(new Set(words).size).toBeGreaterThan(1990);
      expect(words.reduce((bits, word) => bits | word)).toBe(-1);
      expect(words.reduce((bits, word) => bits & word)).toBe(0);
    }
  });

  it('gives others in another process: its key is its own', () => {
    const before = listWords('key');
    jest.isolateModules(() => {
      const again = jest.requireActual<{ keyWords: typeof keyWords }>('../../src/core/key-words');
      expect(Object.values(again.keyWords('key'))).not.toEqual(before);
    });
  });
});
