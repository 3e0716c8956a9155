import { isUtf8 } from 'node:buffer';
import { isPasteable, quoteForShell } from '../quote';
import { listHeaders, endToEndHeaders } from './exact-request';

/** A request to write down. The body is whole. */
export interface WrittenRequest {
  readonly method: string;
  /** Path and query as they came; a sender that speaks to a proxy writes a whole address here. */
  readonly url: string;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

const MADE_BY_CURL = ['host', 'content-length', 'accept-encoding', 'expect'];
// curl adds them where they are missing; without a value it leaves them out.
const ADDED_BY_CURL = ['Accept', 'User-Agent'];
// A name as RFC 9110 has it. curl reads `@name` as the name of a file with headers.
const FIELD = /^[\w!#$%&'*+.^`|~-]+: [^\r\n\0]*$/;
// A path that curl sends as it is: it expands [] and {}, resolves `..`, and cuts at #.
const PLAIN_TARGET = /^\/[\w~!$&'()*+,;=:@%/?.-]*$/;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i;
// Linux takes no longer argument than 128 KiB.
const MAX_ARGUMENT = 64 * 1024;

/**
 * A command for a POSIX shell that sends exactly this request to an origin. Nothing of the request chooses where it
 * goes to or what is read: `--data-raw` knows no `@file`, and a target that curl would change is given apart.
 */
export function writeCurl({ method, url, rawHeaders, body }: WrittenRequest, origin: string): string {
  const isBare = method === 'HEAD' && body.length === 0;
  const isPlain = PLAIN_TARGET.test(url) && !DOT_SEGMENT.test(url);
  const target = isPlain ? [] : [`--request-target ${quoteForShell(Buffer.from(url, 'latin1'))}`];
  const parts = [
    // With -X HEAD curl waits for a body that never comes.
    `curl -i ${isBare ? '--head' : `-X ${quoteForShell(method)}`} ${quoteForShell(`${origin}${isPlain ? url : '/'}`)}`,
    ...target,
    ...writeHeaders(rawHeaders, body.length > 0),
  ];
  if (body.length === 0) return parts.join(' \\\n  ');
  const isText = body.length <= MAX_ARGUMENT && isUtf8(body) && isPasteable(body.toString());
  if (isText) return [...parts, `--data-raw ${quoteForShell(body)}`].join(' \\\n  ');
  return `printf %s ${body.toString('base64')} | base64 -d | \\\n${[...parts, '--data-binary @-'].join(' \\\n  ')}`;
}

function writeHeaders(rawHeaders: readonly string[], hasBody: boolean): readonly string[] {
  const written: string[] = [];
  const missing = new Set([...ADDED_BY_CURL, ...(hasBody ? ['Content-Type'] : [])]);
  listHeaders(endToEndHeaders(rawHeaders), (name, value) => {
    if (MADE_BY_CURL.includes(name.toLowerCase()) || !FIELD.test(`${name}: ${value}`)) return;
    for (const added of missing) if (added.toLowerCase() === name.toLowerCase()) missing.delete(added);
    // curl takes a name with a colon and nothing behind it for one to leave out.
    written.push(`-H ${quoteForShell(headerBytes(value === '' ? `${name};` : `${name}: ${value}`))}`);
  });
  return [...written, ...[...missing].map((name) => `-H '${name}:'`)];
}

// Node reads headers as Latin-1. A mask is no Latin-1, and stands in no header that came.
function headerBytes(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text ? bytes : Buffer.from(text);
}
