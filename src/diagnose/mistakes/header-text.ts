import { decodeEscapes } from '../header-values';
import type { Mistake } from './mistake';

const BASE64 = /^[A-Za-z0-9+/_-]{8,}={0,2}$/;
const HEX = /^(?:[0-9a-f]{2}){8,}$/i;

/** Ways in which the value of a header is written otherwise, for schemes whose headers only they can read. */
export const HEADER_MISTAKES: readonly Mistake[] = [
  {
    code: 'signature-malformed',
    says: 'has quotes, white space or escapes around it',
    undo: (text) => [decodeEscapes(text)],
  },
  {
    code: 'signature-malformed',
    says: 'has spaces where the sender wrote plus signs',
    undo: (text) => [text.replaceAll(' ', '+')],
  },
  {
    code: 'signature-prefix-wrong',
    says: 'has a word in front that the sender does not write',
    undo: (text) => [text.replace(/^[A-Za-z][\w-]{1,15}[=:, ] */, '')],
  },
  {
    code: 'signature-encoding',
    says: 'is written in another encoding than that of the sender',
    undo: (text) => (HEX.test(text) ? [Buffer.from(text, 'hex').toString('base64')] : recode(text)),
  },
  {
    code: 'header-joined',
    says: 'holds several values in one line',
    undo: (text) => text.split(/, ?/, 2),
  },
];

function recode(text: string): readonly string[] {
  if (!BASE64.test(text)) return [];
  const bytes = Buffer.from(text, 'base64');
  return (['base64', 'hex'] as const).map((encoding) => bytes.toString(encoding));
}
