import { MAX_HEADER_LENGTH } from '../core/headers';
import { isSignedId } from '../core/authenticate';
import type { CompiledProvider } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { changed, finding, unchanged, type Change, type Finding, type Variant } from './findings';
import {
  decodeEscapes,
  fromOtherHeaders,
  joined,
  lookAlikes,
  missing,
  repeated,
  valuesOf,
} from './header-values';
import { isAsymmetric } from '../core/signature';
import { measureSignature, shapeOf, signatureVariants } from './mistakes/signature';
import { nameOf, type Subject } from './subject';
import { otherTimes, readTime, timeFault } from './mistakes/time';

/** What a header may have said, and what is plainly wrong with it. */
interface Read<Value> {
  readonly variants: readonly Variant<Value>[];
  readonly faults: readonly Finding[];
}

/** What the headers may have said. */
export interface Reading {
  readonly signatures: readonly Variant<Buffer>[];
  readonly timestamps: readonly Variant<string>[];
  readonly ids: readonly Variant<string>[];
  /** The time as it is written, in whatever form. */
  readonly time: number | undefined;
  readonly faults: readonly Finding[];
  /** Whether the header with the signature is there. */
  readonly signed: boolean;
}

// A signature of ECDSA in DER has 70 to 72 bytes, and seldom fewer.
const SMALLEST_DER = 64;
// Fewer bytes than that may be any word that reads as base64.
const SMALLEST_CUT = 16;
// Bytes of MD5, SHA-1, SHA-256, SHA-384 and SHA-512.
const DIGEST_SIZES = [16, 20, 32, 48, 64];
const AN_ID = /^[\x21-\x7e]{1,256}$/;

/** Reads the headers as leniently as can be. */
export function readHeaders(subject: Subject): Reading {
  const { plan: compiled, delivery } = subject;
  const isEach = compiled.provider.signature.all === true;
  const texts = isEach
    ? compiled.signatureHeaders.flatMap((name) => valuesOf(delivery, [name]))
    : valuesOf(delivery, compiled.signatureHeaders);
  const signature = readSignature(subject, texts);
  const timestamp = readTimestamp(subject, texts[0]);
  const id = compiled.coversId ? readId(subject) : { variants: [unchanged('')], faults: [] };
  return {
    signatures: signature.variants,
    timestamps: timestamp.variants,
    ids: id.variants,
    time: timestamp.time,
    faults: [...signature.faults, ...timestamp.faults, ...id.faults],
    signed: texts.length > 0,
  };
}

function readSignature(subject: Subject, texts: readonly string[]): Read<Buffer> {
  const { plan: compiled } = subject;
  const name = nameOf(compiled.provider.signature.header);
  const [text] = texts;
  if (text === undefined) {
    const variants = fromOtherHeaders(subject, name, (value) => likeSignatures(compiled, value));
    return { variants, faults: [missing(subject, 'signature-missing', name)] };
  }
  const variants = texts.flatMap((value) => signatureVariants(compiled, value));
  const { all = false, repeated: isList = false } = compiled.provider.signature;
  if (texts.length > 1 && !all && !isList) {
    const fault = repeated(name, texts.length);
    return {
      variants: variants.map(({ value, changes }) => ({ value, changes: [fault, ...changes] })),
      faults: [fault],
    };
  }
  const [first] = variants;
  const fits = first?.value.length === (compiled.signatureBytes ?? first?.value.length);
  const fine = first?.changes.length === 0 && fits && text.length <= MAX_HEADER_LENGTH;
  return { variants, faults: fine ? [] : malformed(subject, name, text) };
}

function likeSignatures(compiled: CompiledProvider, text: string): readonly Variant<Buffer>[] {
  const variants = signatureVariants(compiled, text);
  if (compiled.provider.algorithm === 'token') return variants;
  // The older signature that some send beside their own has another size.
  const { signatureBytes } = compiled;
  return variants.filter(({ value }) =>
    signatureBytes === undefined ? value.length >= SMALLEST_DER : value.length === signatureBytes,
  );
}

function malformed({ plan: compiled }: Subject, name: string, text: string): readonly Finding[] {
  const { provider } = compiled;
  const why = `hooklatch takes this header only as ${provider.name} writes it.`;
  if (text.length > MAX_HEADER_LENGTH) {
    const observed = `The header ${name} has ${text.length} characters.`;
    return [
      finding('signature-malformed', 'certain', observed, `hooklatch takes ${MAX_HEADER_LENGTH} at most.`),
    ];
  }
  const changes = shapeOf(compiled, text);
  if (changes.length > 0) return changes.map(({ code, observed }) => finding(code, 'certain', observed, why));
  const size = measureSignature(compiled, text);
  const wanted = compiled.signatureBytes ?? 0;
  if (size >= SMALLEST_CUT && size < wanted && !DIGEST_SIZES.includes(size)) {
    const cut = `The signature in ${name} has ${size} bytes, where ${provider.name} has ${wanted}.`;
    return [finding('signature-truncated', 'certain', cut, why)];
  }
  if (size !== wanted && DIGEST_SIZES.includes(size) && !isAsymmetric(provider.algorithm)) {
    const other = `The signature in ${name} has ${size} bytes, as one of another hash; ${provider.name} has ${wanted}.`;
    return [finding('signature-algorithm', 'likely', other, why)];
  }
  const observed =
    text.trim() === ''
      ? `The header ${name} is empty.`
      : `The header ${name} has ${text.length} characters that are no signature of ${provider.name}.`;
  return [finding('signature-malformed', 'certain', observed, why)];
}

function readTimestamp(
  subject: Subject,
  signature: string | undefined,
): Read<string> & { readonly time: number | undefined } {
  const { provider, timestampHeaders } = subject.plan;
  const { timestamp } = provider;
  const isField = timestamp?.field !== undefined;
  if (timestamp === undefined || (!isField && timestampHeaders.length === 0)) {
    return { variants: [unchanged('')], faults: [], time: undefined };
  }
  const name = isField ? `The item "${timestamp.field}"` : nameOf(timestamp.header);
  const values = isField
    ? itemsOf(provider, decodeEscapes(signature ?? ''), timestamp.field)
    : valuesOf(subject.delivery, timestampHeaders);
  if (values.length === 0) {
    const others = fromOtherHeaders(subject, isField ? nameOf(provider.signature.header) : name, (value) =>
      isField ? itemsOf(provider, value, timestamp.field).map(unchanged) : likeTimes(value),
    );
    // Where the whole header is missing, that has been said.
    const faults =
      isField && (signature ?? '').trim() === '' ? [] : [missing(subject, 'timestamp-missing', name)];
    return { variants: others.length === 0 ? [unchanged('')] : others, faults, time: undefined };
  }
  const parts = values.flatMap((value) => value.split(/(?<=\d),\s*(?=\d)/));
  const text = String(parts[0]);
  const fault = countFault(name, values.length, parts.length) ?? timeFault(provider, text);
  const written = [...parts, ...parts.map(decodeEscapes).filter((part) => !parts.includes(part))];
  const variants = written.map((part) => (fault === undefined ? unchanged(part) : changedBy(part, fault)));
  const time = readTime(decodeEscapes(text))?.time;
  return {
    variants: [...variants, ...otherTimes(provider, decodeEscapes(text))],
    faults: [fault ?? []].flat(),
    time,
  };
}

function likeTimes(text: string): readonly Variant<string>[] {
  return readTime(text) === undefined ? [] : [unchanged(text)];
}

function readId(subject: Subject): Read<string> {
  const { plan: compiled, delivery } = subject;
  const name = nameOf(compiled.provider.id?.header);
  const values = valuesOf(delivery, compiled.idHeaders);
  if (values.length === 0) {
    const similar = lookAlikes(subject, name);
    const others = fromOtherHeaders(subject, name, (text, header) =>
      AN_ID.test(text) && (/id$/i.test(header) || similar.includes(header)) ? [unchanged(text)] : [],
    );
    const faults = [missing(subject, 'id-missing', name)];
    return { variants: others.length === 0 ? [unchanged('')] : others, faults };
  }
  const parts = values.flatMap((value) => value.split(', '));
  const text = String(parts[0]);
  const fault = countFault(name, values.length, parts.length) ?? idFault(compiled, name, text);
  const variants = parts.map((part) => (fault === undefined ? unchanged(part) : changedBy(part, fault)));
  return { variants, faults: [fault ?? []].flat() };
}

function idFault(compiled: CompiledProvider, name: string, text: string): Finding | undefined {
  if (isSignedId(compiled, text)) return undefined;
  const separator = compiled.idSeparator === '' ? '' : `, or has "${compiled.idSeparator}" in it`;
  return finding(
    'id-malformed',
    'certain',
    `${name} is empty, or is not visible ASCII${separator}.`,
    'What is signed could be read in more than one way, so hooklatch takes no such id.',
  );
}

function countFault(name: string, lines: number, parts: number): Finding | undefined {
  if (lines > 1) return repeated(name, lines);
  return parts > 1 ? joined(name, parts) : undefined;
}

function changedBy<Value>(value: Value, { code, observed }: Change): Variant<Value> {
  return changed(value, code, observed);
}

/** The values of the items of that name, in a header such as `t=1,v1=ab`. */
function itemsOf({ signature }: Provider, header: string, name: string): readonly string[] {
  // Without names the time is the first item.
  if (signature.key === undefined) return header.split(/[,; ]+/, 1).filter((item) => /^[0-9]+$/.test(item));
  return header
    .split(/[,; ]+/, 32)
    .filter((item) => item.startsWith(`${name}=`))
    .map((item) => item.slice(name.length + 1));
}
