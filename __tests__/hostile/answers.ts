import { neverShown } from './requests';
import type { AnswerClass } from './row';

/** Statuses of the answers of a class; 0 is a connection that was closed without an answer. */
const STATUSES: Readonly<Record<AnswerClass, readonly number[]>> = {
  accepted: [200],
  authentication: [401, 403],
  method: [403],
  'too large': [413],
  encoded: [415],
  payload: [400],
  late: [408],
  parser: [0, 400, 408, 413, 417, 431],
  either: [0, 200, 400, 431],
  'not set up': [503],
  elsewhere: [404],
  nothing: [0],
};

// What Express would show of an error, and where this checkout is.
const TRACES = [
  /\bat .+:\d+:\d+/,
  /\bError\b/,
  /\.(?:ts|js|mjs)\b/,
  /node_modules/,
  /hooklatch|express|body-parser/i,
  new RegExp(process.cwd().replace(/[^\w/]/g, '\\$&')),
];

/** The answers in what a connection has brought; one that follows another is a request that was smuggled. */
export function answersIn(text: string): readonly string[] {
  return text.split(/(?=HTTP\/1\.1 \d{3} )/).filter((answer) => !answer.startsWith('HTTP/1.1 100 '));
}

export const statusIn = (answer: string | undefined): number => Number(answer?.slice(9, 12) ?? 0);

/** An answer but for the date. */
export const withoutDate = (answer: string): string => answer.replace(/^Date: .*\r\n/m, '');

/** Checks that an answer is one of its class, and that a refusal tells nothing. */
export function expectAnswer(text: string, wanted: AnswerClass): void {
  const [answer, ...more] = answersIn(text);
  expect(more.filter((other) => statusIn(other) < 400)).toEqual([]);
  expect(STATUSES[wanted]).toContain(statusIn(answer));
  if (answer === undefined || statusIn(answer) < 400) return;
  for (const trace of TRACES) expect(answer).not.toMatch(trace);
  for (const secret of neverShown) if (answer.includes(secret)) throw new Error(`an answer shows ${secret}`);
}
