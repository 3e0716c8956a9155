import type { Genuine, RawRequest } from './requests';
import type { RouteName } from './routes';

/** What must come back. */
export type AnswerClass =
  /** It is genuine after all. */
  | 'accepted'
  /** The one constant refusal of every failed authentication. */
  | 'authentication'
  /** 403: a method that this sender never uses. */
  | 'method'
  /** 413. */
  | 'too large'
  /** 415: a Content-Encoding. */
  | 'encoded'
  /** 400: authentic, and not what the sender is known to send. */
  | 'payload'
  /** 408: the body did not arrive in time. */
  | 'late'
  /** Node's own 4xx or a closed connection: it is no HTTP. */
  | 'parser'
  /** Node's parser decides, and not every version alike: its own refusal, or what is genuine is accepted. */
  | 'either'
  /** 503: it came through a proxy that nobody has told of. */
  | 'not set up'
  /** 404 of the app: it was never for a receiver. */
  | 'elsewhere'
  /** The sender has left before there was anything to answer. */
  | 'nothing';

export interface Row {
  readonly what: string;
  readonly route: RouteName;
  /** Makes the request of a genuine delivery. */
  readonly change: (delivery: Genuine) => RawRequest;
  readonly answer: AnswerClass;
  /** How the sender leaves: when it has written everything, or when an answer has begun. @default it waits for the answer */
  readonly leaves?: 'resets' | 'ends' | 'has its answer' | undefined;
}

export type Family = readonly [name: string, rows: readonly Row[]];

/** A row of a family. */
export const row = (
  route: RouteName,
  what: string,
  answer: AnswerClass,
  change: Row['change'],
  leaves?: Row['leaves'],
): Row => ({ route, what, answer, change, leaves });
