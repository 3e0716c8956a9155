import type { FindingCode } from '../fixes';

/** A way in which something goes wrong, and what it may have been before. */
export interface Mistake {
  readonly code: FindingCode;
  /** The observation, as a sentence or the end of one. */
  readonly says: string;
  readonly undo: (text: string) => Iterable<string>;
}

/** A way in which bodies are changed. `undo` works on characters of one byte each. */
export interface BodyMistake extends Partial<Mistake> {
  readonly code: FindingCode;
  readonly says: string;
  /** Bodies above this size are left alone. */
  readonly maxBytes: number;
  /** Whether it is tried alone, and never together with another one. */
  readonly alone?: true;
  /** The same for texts, which are written as UTF-8. */
  readonly undoText?: (text: string) => Iterable<string>;
}
