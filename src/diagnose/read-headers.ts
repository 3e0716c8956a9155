import { MAX_HEADER_LENGTH } from '../core/headers';
import { isSignedId } from '../core/authenticate';
import type { CompiledProvider } from '../core/compiled-provider';
import type { Provider } from '../core/provider';
import { makeVariant, makeFinding, keepValue, type Difference, type Finding, type Variant } from './findings';
import {
  decodeEscapes,
  searchOtherHeaders,
  describeJoined,
  findLookAlikes,
  describeMissing,
  describeRepeated,
  readValues,
} from './header-values';
import { isAsymmetric } from '../core/signature';
import { measureSignature, findShape, listSignatures } from './mistakes/signature';
import { getName, type Subject } from './subject';
import { listOtherTimes, readTime, findTimeFault } from './mistakes/time';

/** The values that a header may have had, and its plain faults. */
interface Read<Value> {
  readonly variants: readonly Variant<Value>[];
  readonly faults: readonly Finding[];
}

/** The values that the headers may have had. */
export interface ParsedHeaders {
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
export function readHeaders(subject: Subject): ParsedHeaders {
  const { plan: compiled, delivery } = subject;
  const isEach = compiled.provider.signature.all === true;
  const texts = isEach
    ? compiled.signatureHeaders.flatMap((name) => readValues(delivery, [name]))
    : readValues(delivery, compiled.signatureHeaders);
  const signature = readSignature(subject, texts);
  const timestamp = readTimestamp(subject, texts[0]);
  const id = compiled.coversId ? readId(subject) : { variants: [keepValue('')], faults: [] };
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
  const name = getName(compiled.provider.signature.header);
  const [text] = texts;
  if (text === undefined) {
    const variants = searchOtherHeaders(subject, name, (value) => readLikeSignatures(compiled, value));
    return { variants, faults: [describeMissing(subject, 'signature-missing', name)] };
  }
  const variants = texts.flatMap((value) => listSignatures(compiled, value));
  const { all = false, repeated: isList = false } = compiled.provider.signature;
  if (texts.length > 1 && !all && !isList) {
    const fault = describeRepeated(name, texts.length);
    return {
      variants: variants.map(({ value, differences }) => ({ value, differences: [fault, ...differences] })),
      faults: [fault],
    };
  }
  const [first] = variants;
  const fits = first?.value.length === (compiled.signatureBytes ?? first?.value.length);
  const fine = first?.differences.length === 0 && fits && text.length <= MAX_HEADER_LENGTH;
  return { variants, faults: fine ? [] : findMalformed(subject, name, text) };
}

function readLikeSignatures(compiled: CompiledProvider, text: string): readonly Variant<Buffer>[] {
  const variants = listSignatures(compiled, text);
  if (compiled.provider.algorithm === 'token') return variants;
  // The older signature that some send beside their own has another size.
  const { signatureBytes } = compiled;
  return variants.filter(({ value }) =>
    signatureBytes === undefined ? value.length >= SMALLEST_DER : value.length === signatureBytes,
  );
}

function findMalformed({ plan: compiled }: Subject, name: string, text: string): readonly Finding[] {
  const { provider } = compiled;
  const why = `hooklatch takes this header only as ${provider.name} writes it.`;
  if (text.length > MAX_HEADER_LENGTH) {
    const observed = `The header ${name} has ${text.length} characters.`;
    return [
      makeFinding(
        'signature-malformed',
        'certain',
        observed,
        `hooklatch takes ${MAX_HEADER_LENGTH} at most.`,
      ),
    ];
  }
  const differences = findShape(compiled, text);
  if (differences.length > 0)
    return differences.map(({ code, observed }) => makeFinding(code, 'certain', observed, why));
  const size = measureSignature(compiled, text);
  const wanted = compiled.signatureBytes ?? 0;
  if (size >= SMALLEST_CUT && size < wanted && !DIGEST_SIZES.includes(size)) {
    const cut = `The signature in ${name} has ${size} bytes, where ${provider.name} has ${wanted}.`;
    // A word reads as base64, too; only digits behind the right prefix are plainly the beginning of a signature.
    const isPlain =
      provider.signature.encoding === 'hex' &&
      listSignatures(compiled, text).some(({ differences }) => differences.length === 0);
    return [makeFinding('signature-truncated', isPlain ? 'certain' : 'likely', cut, why)];
  }
  if (size !== wanted && DIGEST_SIZES.includes(size) && !isAsymmetric(provider.algorithm)) {
    const other = `The signature in ${name} has ${size} bytes, as one of another hash; ${provider.name} has ${wanted}.`;
    return [makeFinding('signature-algorithm', 'likely', other, why)];
  }
  const observed =
    text.trim() === ''
      ? `The header ${name} is empty.`
      : `The header ${name} has ${text.length} characters that are no signature of ${provider.name}.`;
  return [makeFinding('signature-malformed', 'certain', observed, why)];
}

function readTimestamp(
  subject: Subject,
  signature: string | undefined,
): Read<string> & { readonly time: number | undefined } {
  const { provider, timestampHeaders } = subject.plan;
  const { timestamp } = provider;
  const isField = timestamp?.field !== undefined;
  if (timestamp === undefined || (!isField && timestampHeaders.length === 0)) {
    return { variants: [keepValue('')], faults: [], time: undefined };
  }
  const name = isField ? `The item "${timestamp.field}"` : getName(timestamp.header);
  const values = isField
    ? readItems(provider, decodeEscapes(signature ?? ''), timestamp.field)
    : readValues(subject.delivery, timestampHeaders);
  if (values.length === 0) {
    const others = searchOtherHeaders(
      subject,
      isField ? getName(provider.signature.header) : name,
      (value) =>
        isField ? readItems(provider, value, timestamp.field).map(keepValue) : readLikeTimes(value),
    );
    // Where the whole header is missing, that has been said.
    const faults =
      isField && (signature ?? '').trim() === '' ? [] : [describeMissing(subject, 'timestamp-missing', name)];
    return { variants: others.length === 0 ? [keepValue('')] : others, faults, time: undefined };
  }
  const parts = values.flatMap((value) => value.split(/(?<=\d),\s*(?=\d)/));
  const text = String(parts[0]);
  const fault = findCountFault(name, values.length, parts.length) ?? findTimeFault(provider, text);
  const written = [...parts, ...parts.map(decodeEscapes).filter((part) => !parts.includes(part))];
  const variants = written.map((part) => (fault === undefined ? keepValue(part) : blameFault(part, fault)));
  const time = readTime(decodeEscapes(text))?.time;
  return {
    variants: [...variants, ...listOtherTimes(provider, decodeEscapes(text))],
    faults: [fault ?? []].flat(),
    time,
  };
}

function readLikeTimes(text: string): readonly Variant<string>[] {
  return readTime(text) === undefined ? [] : [keepValue(text)];
}

function readId(subject: Subject): Read<string> {
  const { plan: compiled, delivery } = subject;
  const name = getName(compiled.provider.id?.header);
  const values = readValues(delivery, compiled.idHeaders);
  if (values.length === 0) {
    const similar = findLookAlikes(subject, name);
    const others = searchOtherHeaders(subject, name, (text, header) =>
      AN_ID.test(text) && (/id$/i.test(header) || similar.includes(header)) ? [keepValue(text)] : [],
    );
    const faults = [describeMissing(subject, 'id-missing', name)];
    return { variants: others.length === 0 ? [keepValue('')] : others, faults };
  }
  const parts = values.flatMap((value) => value.split(', '));
  const text = String(parts[0]);
  const fault = findCountFault(name, values.length, parts.length) ?? findIdFault(compiled, name, text);
  const variants = parts.map((part) => (fault === undefined ? keepValue(part) : blameFault(part, fault)));
  return { variants, faults: [fault ?? []].flat() };
}

function findIdFault(compiled: CompiledProvider, name: string, text: string): Finding | undefined {
  if (isSignedId(compiled, text)) return undefined;
  const separator = compiled.idSeparator === '' ? '' : `, or has "${compiled.idSeparator}" in it`;
  return makeFinding(
    'id-malformed',
    'certain',
    `${name} is empty, or is not visible ASCII${separator}.`,
    'What is signed could be read in more than one way, so hooklatch takes no such id.',
  );
}

function findCountFault(name: string, lines: number, parts: number): Finding | undefined {
  if (lines > 1) return describeRepeated(name, lines);
  return parts > 1 ? describeJoined(name, parts) : undefined;
}

function blameFault<Value>(value: Value, { code, observed }: Difference): Variant<Value> {
  return makeVariant(value, code, observed);
}

/** The values of the items of that name, in a header such as `t=1,v1=ab`. */
function readItems({ signature }: Provider, header: string, name: string): readonly string[] {
  // Without names the time is the first item.
  if (signature.key === undefined) return header.split(/[,; ]+/, 1).filter((item) => /^[0-9]+$/.test(item));
  return header
    .split(/[,; ]+/, 32)
    .filter((item) => item.startsWith(`${name}=`))
    .map((item) => item.slice(name.length + 1));
}
