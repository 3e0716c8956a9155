import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib';
import { makeVariant, type Variant } from './findings';

const MAX_OUTPUT = 4 * 1024 * 1024;
const SLOW_ABOVE = 8 * 1024;
// The byte of a gzip header that names the system: Unix, unknown (Java, Python), Windows, macOS, FAT.
const SYSTEMS = [3, 255, 10, 19, 0];
const LEVELS = [6, 9, 1];

const DECODERS = [gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync];

/** The body inflated, for a sender that signs before it compresses. */
export function* inflate(body: Buffer): Generator<Variant<Buffer>> {
  for (const decode of DECODERS) {
    let content: Buffer;
    try {
      content = decode(body, { maxOutputLength: MAX_OUTPUT });
    } catch {
      continue;
    }
    yield makeVariant(
      content,
      'body-compressed',
      'The body is compressed, and what was signed is its content.',
    );
  }
}

/** The body compressed again, as far as the same bytes can be had, for one that was inflated on the way. */
export function* compress(body: Buffer): Generator<Variant<Buffer>> {
  const variant = (bytes: Buffer): Variant<Buffer> =>
    makeVariant(bytes, 'body-inflated', 'What was signed is this body in its compressed form.');
  for (const level of LEVELS) {
    const zipped = gzipSync(body, { level });
    for (const system of SYSTEMS) {
      const bytes = Buffer.from(zipped);
      bytes[9] = system;
      yield variant(bytes);
    }
    yield variant(deflateSync(body, { level }));
  }
  const quality = constants.BROTLI_PARAM_QUALITY;
  yield variant(brotliCompressSync(body, { params: { [quality]: 4 } }));
  if (body.length <= SLOW_ABOVE) yield variant(brotliCompressSync(body));
}
