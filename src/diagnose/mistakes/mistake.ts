import type { Variant } from '../findings';
import type { FindingCode } from '../fixes';

/** A way in which something goes wrong, and what it may have been before. */
export interface Mistake {
  readonly code: FindingCode;
  /** The observation, as a sentence or the end of one. */
  readonly says: string;
  readonly undo: (value: string) => Iterable<string>;
}

/** A way in which bodies are changed. `undo` works on characters of one byte each, or on text. */
export interface BodyMistake extends Mistake {
  /** Bodies above this size are left alone. */
  readonly maxBytes: number;
  /** Whether it is tried alone, and never together with another one. */
  readonly alone?: true;
  /** Whether the body is read and written as UTF-8. */
  readonly isText?: true;
}

/** The values that a value may have been before one of the mistakes, in the order of these. */
export function* undoMistakes(
  mistakes: readonly Mistake[],
  { value, differences }: Variant<string>,
  describe: (says: string) => string,
): Generator<Variant<string>> {
  for (const { code, says, undo } of mistakes) {
    for (const before of undo(value)) {
      yield { value: before, differences: [...differences, { code, observed: describe(says) }] };
    }
  }
}
