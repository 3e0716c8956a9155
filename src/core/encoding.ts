/** How signature bytes and secrets are written as text. */
export type TextEncoding = 'hex' | 'base64' | 'base64url' | 'utf8';

// The alphabet is checked before decoding: Node's decoders skip or stop at what they do not know, and the hex
// decoder even takes the low byte of characters above U+00FF.
const HEX = /^(?:[0-9a-fA-F]{2})+$/;

/** The bytes of hexadecimal text in either case, or `undefined` for anything that is not wholly hexadecimal. */
export function decodeHex(text: string): Buffer | undefined {
  return HEX.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** The bytes of canonical, padded base64 (RFC 4648 section 4), or `undefined`. */
export function decodeBase64(text: string): Buffer | undefined {
  return decodeCanonical(text, 'base64');
}

/** The bytes of canonical base64url without padding (RFC 4648 section 5), or `undefined`. */
export function decodeBase64Url(text: string): Buffer | undefined {
  return decodeCanonical(text, 'base64url');
}

/** The bytes of text in the stated encoding, or `undefined` where the text is not exactly that. */
export function decodeText(text: string, encoding: TextEncoding): Buffer | undefined {
  switch (encoding) {
    case 'hex':
      return decodeHex(text);
    case 'base64':
      return decodeBase64(text);
    case 'base64url':
      return decodeBase64Url(text);
    case 'utf8':
      return text === '' ? undefined : Buffer.from(text);
  }
}

// A text that encodes back to itself was canonical: no foreign character, no missing padding, no stray bits.
function decodeCanonical(text: string, encoding: 'base64' | 'base64url'): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.length > 0 && bytes.toString(encoding) === text ? bytes : undefined;
}
