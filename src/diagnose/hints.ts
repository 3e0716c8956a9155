import { isUtf8 } from 'node:buffer';
import { makeFinding, type Finding } from './findings';
import { findLookAlikes, stripName } from './header-values';
import { formatJson, parseJson } from './json-text';
import { readContentLength, getName, showText, type Subject } from './subject';

/** Likely findings about the body, where nothing is proved. */
export function findBodyHints({ delivery, plan: compiled }: Subject): readonly Finding[] {
  const { body, headers, method } = delivery;
  if (!compiled.coversBody) return [];
  const announced = readContentLength(delivery);
  if (body.length === 0) return [describeEmpty(method, announced, headers)];
  const encoding = headers['content-encoding'];
  const isText = isUtf8(body);
  if (typeof encoding === 'string' && encoding !== 'identity' && isText) {
    const observed = `Content-Encoding is "${showText(encoding)}", but the body is plain text.`;
    const why = 'Something has inflated the body; what was signed may be the compressed one.';
    return [makeFinding('body-inflated', 'likely', observed, why)];
  }
  const plain = describePlain(body, isText);
  if (plain !== undefined) return [plain];
  if (isText && isForm(headers) && !A_FORM.test(body.toString('latin1').trim())) {
    const observed =
      'Content-Type says that the body is a form, and a form has no spaces and no such letters in it.';
    return [
      makeFinding('body-form-decoded', 'likely', observed, 'Something has decoded it before it got here.'),
    ];
  }
  const rewritten = isText ? describeRewriting(body.toString('utf8'), announced, body.length) : undefined;
  if (rewritten !== undefined) return [rewritten];
  if (announced !== undefined && announced !== body.length) {
    const observed = `Content-Length is ${announced}, but the body has ${body.length} bytes.`;
    const why = 'The sender counted what it sent, so the body is not what came over the wire.';
    return [makeFinding('body-length', 'likely', observed, why)];
  }
  if (isText && endsEarly(body.toString('utf8'))) {
    const observed = `The body begins as JSON and ends too early, after ${body.length} bytes.`;
    const why =
      'The end of what was signed is not there: it was cut, or the first part of it was read alone.';
    return [makeFinding('body-length', 'likely', observed, why)];
  }
  if (body.includes('\ufffd')) {
    const observed = 'The body has the character U+FFFD, which stands for bytes that were not UTF-8.';
    const why =
      'A text decoder writes it where it meets other bytes. They are lost, so nothing can be proved.';
    return [makeFinding('body-utf8-replaced', 'likely', observed, why)];
  }
  return [];
}

/** A body that plainly is something else than a sender sends. */
function describePlain(body: Buffer, isText: boolean): Finding | undefined {
  const text = body.toString('latin1', 0, 64);
  if (/^\[object \w+\]$/.test(text)) {
    const why = 'That is what JavaScript makes of an object that is used as a string.';
    return makeFinding('body-object-text', 'likely', `The body is the text "${showText(text)}".`, why);
  }
  if (body.toString('latin1', 0, 3) === BOM) {
    const why = 'A text decoder or an editor adds it; hardly any sender writes one.';
    return makeFinding('body-bom', 'likely', 'The body begins with a byte order mark.', why);
  }
  if (isText && isBase64Text(body.toString('latin1'))) {
    const why = 'Platforms hand bodies over so, and say it by isBase64Encoded.';
    return makeFinding('body-base64', 'likely', 'The body is base64, and there is text in it.', why);
  }
  if (/^(?:\{\}|\[\]|null|""|undefined)\s*$/.test(text)) {
    const observed = `The body is ${showText(text.trim())}, and nothing else.`;
    const why = 'A parser that ran before, or found no JSON, leaves that in place of the body.';
    return makeFinding('body-empty', 'likely', observed, why);
  }
  return undefined;
}

function isBase64Text(text: string): boolean {
  if (!/^[A-Za-z0-9+/]{16,}={0,2}\s*$/.test(text)) return false;
  const bytes = Buffer.from(text, 'base64');
  return isUtf8(bytes) && !bytes.includes(0);
}

function isForm({ 'content-type': type }: Subject['delivery']['headers']): boolean {
  return typeof type === 'string' && /^application\/x-www-form-urlencoded\b/i.test(type);
}

/** Recognises a body that was parsed and written again by its length or its numbers. */
function describeRewriting(text: string, announced: number | undefined, size: number): Finding | undefined {
  const value = text.length > LARGEST_JSON ? undefined : parseJson(text)?.value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (announced !== undefined && announced !== size) {
    if (Buffer.byteLength(text.trim()) === announced) {
      const longer = `Content-Length is ${announced}, and the body has ${size} bytes: there is white space around it.`;
      return makeFinding('body-newline', 'likely', longer, 'The sender counted the body without it.');
    }
    const observed = `Content-Length is ${announced}, but the body has ${size} bytes, and is whole JSON.`;
    const why =
      'The sender counted what it sent; a body that was cut ends in the middle, so this one was written anew.';
    return makeFinding('body-reserialised', 'likely', observed, why);
  }
  if (!ROUNDED.test(text) || formatJson(value) !== text) return undefined;
  const observed = 'The body has numbers above 2^53, and all of them are such as JavaScript can hold.';
  const why =
    'JSON.parse rounds larger numbers, and JSON.stringify writes the rounded ones: their digits are lost.';
  return makeFinding('body-reserialised', 'likely', observed, why);
}

const BOM = '\xef\xbb\xbf';
const A_FORM = /^[\x21-\x7e]*$/;
const LARGEST_JSON = 1024 * 1024;
// An integer of more digits than a double has, with zeros at its end.
const ROUNDED = /[:,[]-?[1-9]\d{15,}0[,\]}]/;
const JSON_START = /^\s*(?:\{\s*(?:"|$)|\[)/;

/** Whether a text is the beginning of JSON, and its end is missing. */
function endsEarly(text: string): boolean {
  if (!JSON_START.test(text)) return false;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') inString = !inString;
    else if (inString) index += character === '\\' ? 1 : 0;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
  }
  return inString || depth > 0;
}

/**
 * The faults of the headers, and beside a missing one the headers with similar names. One that differs only by the
 * prefix of a gateway takes its place.
 */
export function nameRenamed(subject: Subject, faults: readonly Finding[]): readonly Finding[] {
  const { provider, signatureHeaders, custom } = subject.plan;
  const names: Readonly<Record<string, string>> = {
    'signature-missing': getName(provider.signature.header),
    'timestamp-missing': getName(provider.timestamp?.header),
    'id-missing': getName(provider.id?.header),
  };
  const missing = signatureHeaders.filter((name) => !Object.hasOwn(subject.delivery.headers, name));
  let next = 0;
  return faults.flatMap((fault) => {
    if (!Object.hasOwn(names, fault.code)) return [fault];
    const name = String(custom === undefined ? names[fault.code] : missing[next++]);
    const similar = name === '' ? [] : findLookAlikes(subject, name);
    if (similar.length === 0) return [fault];
    const listed = similar.slice(0, 3).map((other) => `"${showText(other)}"`);
    const observed = `${name} is missing, but there is ${listed.join(' and ')}.`;
    const why =
      'The names are alike, as after a gateway that renames headers. With its value nothing is proved.';
    const renamed = makeFinding('header-renamed', 'likely', observed, why);
    return similar.some((other) => stripName(other) === stripName(name)) ? [renamed] : [fault, renamed];
  });
}

function describeEmpty(
  method: string,
  announced: number | undefined,
  headers: Subject['delivery']['headers'],
): Finding {
  const dropped = (announced ?? 0) > 0 || headers['content-type'] !== undefined || method === 'DELETE';
  const count = announced === undefined ? '' : `, and Content-Length is ${announced}`;
  const type = headers['content-type'] === undefined ? '' : ', though Content-Type is there';
  return makeFinding(
    'body-empty',
    dropped ? 'likely' : 'possible',
    `The body of this ${showText(method, 10)} is empty${count}${type}.`,
    'Proxies drop the body of a DELETE or a GET, and a parser that ran before leaves nothing to read.',
  );
}
