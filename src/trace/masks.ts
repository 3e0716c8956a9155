import type { CompiledProvider } from '../core/compiled-provider';

/** Hides what must not be seen: secrets wherever they stand, and signatures in headers. */
export interface Masks {
  readonly header: (name: string, value: string) => string;
  /** The same, but signatures stay. */
  readonly secretHeader: (name: string, value: string) => string;
  /** An address: the fields of its query that hold a secret. */
  readonly url: (url: string) => string;
  readonly text: (text: string) => string;
  /** Of the same length, so that what is shown keeps its size. */
  readonly bytes: (bytes: Buffer) => Buffer;
}

export const MASK = '••••••••';

const SECRET_NAME =
  /authorization|cookie|token|secret|passw|api[-_]?key|credential|(?:^|[-_])auth(?:$|[-_])/i;
const SIGNATURE_NAME = /signature|hmac|digest/i;
// Long enough to be a signature, too long for a timestamp, a version or the name of an algorithm.
const SIGNATURE_TEXT = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
// Anything shorter stands in ordinary text by chance.
const SHORTEST = 8;

/** `'secret'` for a header that is never shown, `'signature'` for one whose long parts are hidden. */
function rateSensitivity(
  name: string,
  plans: readonly CompiledProvider[],
): 'secret' | 'signature' | undefined {
  const lower = name.toLowerCase();
  const compiled = plans.find(({ signatureHeaders }) => signatureHeaders.includes(lower));
  if (compiled?.provider.algorithm === 'token' || SECRET_NAME.test(lower)) return 'secret';
  return compiled !== undefined || SIGNATURE_NAME.test(lower) ? 'signature' : undefined;
}

/** `secrets` are the texts of which no trace may be left; the shortest are too common to be looked for. */
export function makeMasks(plans: readonly CompiledProvider[], secrets: readonly string[]): Masks {
  const texts = secrets
    .map((secret) => secret.trim())
    .flatMap(listForms)
    .filter(({ length }) => length >= SHORTEST);
  const hideText = (text: string): string =>
    texts.reduce((hidden, secret) => hidden.replaceAll(secret, MASK), text);
  return {
    text: hideText,
    secretHeader: (name, value) => (rateSensitivity(name, plans) === 'secret' ? MASK : hideText(value)),
    header(name, value) {
      const sensitivity = rateSensitivity(name, plans);
      if (sensitivity === 'secret') return MASK;
      return hideText(sensitivity === 'signature' ? value.replace(SIGNATURE_TEXT, MASK) : value);
    },
    url: (url) =>
      hideText(
        url.replace(/([?&])([^?=&#]*)=([^&#]*)/g, (field: string, mark: string, name: string) =>
          SECRET_NAME.test(name) || SIGNATURE_NAME.test(name) ? `${mark}${name}=${MASK}` : field,
        ),
      ),
    bytes(bytes) {
      let hidden = bytes;
      for (const secret of texts) {
        const length = Buffer.byteLength(secret);
        for (let at = bytes.indexOf(secret); at !== -1; at = bytes.indexOf(secret, at + length)) {
          if (hidden === bytes) hidden = Buffer.from(bytes);
          hidden.fill('*', at, at + length);
        }
      }
      return hidden;
    },
  };
}

/** A secret as it stands in an address, a form, JSON, base64, or a header that was read as Latin-1. */
function listForms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const quoted = JSON.stringify(secret).slice(1, -1);
  const encoded = encodeURIComponent(secret);
  const plus = encoded.replaceAll('%20', '+');
  const forms = [secret, quoted, encoded, encodeURI(secret), plus, secret.replaceAll(' ', '+')];
  return [...new Set([...forms, bytes.toString('latin1'), bytes.toString('base64')])];
}
