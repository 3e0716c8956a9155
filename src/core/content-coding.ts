import { findCharset } from './charset';

// Words of other headers that senders put here; the body is as it is.
const NO_CODINGS = ['', 'identity', 'none', 'binary', '7bit', '8bit'];

/**
 * Whether a Content-Encoding names a coding that changes bytes. `UTF-8` and other charsets are none, though senders
 * write them there (RFC 9110 section 8.4.1 has the codings); a list, or a name that is not known, may hold one.
 * The one by which a provider compresses is none either, because its bodies are inflated.
 */
export function hasContentCoding(header: string, compression?: string): boolean {
  const coding = header.trim().toLowerCase();
  if (compression !== undefined && coding.replace(/^x-/, '') === compression) return false;
  return !NO_CODINGS.includes(coding) && findCharset(coding) === undefined;
}
