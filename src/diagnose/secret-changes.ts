import type { Provider } from '../core/provider';
import { decodeSecret } from '../core/decode-secret';
import type { ListedSecret } from '../core/secret-option';
import { changed, unchanged, type Variant } from './findings';
import type { FindingCode } from './fixes';
import { secretName } from './subject';

interface TextChange {
  readonly code: FindingCode;
  readonly observed: string;
  readonly texts: (text: string) => readonly string[];
}

interface Reading {
  readonly words: string;
  readonly read: (text: string) => Buffer | undefined;
}

const BASE64 = /^[A-Za-z0-9+/_-]{4,}={0,2}$/;
const HEX = /^(?:[0-9a-f]{2})+$/i;
const PREFIX = /^[A-Za-z]{2,12}_/;

// What happens to secrets on their way into a setting, on either side.
const TEXT_CHANGES: readonly TextChange[] = [
  {
    code: 'secret-white-space',
    observed: 'has white space around it that the sender does not use',
    texts: (text) => [text.trim()],
  },
  {
    code: 'secret-quotes',
    observed: 'is in quotes that the sender does not use',
    texts: (text) => [unquoted(text), cleaned(text)],
  },
  {
    code: 'secret-white-space',
    observed: 'has line breaks written as \\n that the sender does not use',
    texts: (text) => [text.replaceAll('\\n', '\n'), text.replace(/\\n$/, '')],
  },
  {
    code: 'secret-white-space',
    observed: 'is used by the sender with white space behind it',
    texts: (text) => ['\n', '\r\n', ' '].map((end) => text + end),
  },
  {
    code: 'secret-quotes',
    observed: 'is used by the sender with quotes around it',
    texts: (text) => [`"${text}"`, `'${text}'`],
  },
  {
    code: 'secret-case',
    observed: 'is used by the sender in other letters, upper or lower case',
    texts: (text) => [text.toLowerCase(), text.toUpperCase()],
  },
  {
    code: 'secret-encoding',
    observed: 'is percent-encoded on one of the two sides',
    texts: (text) => [...tried(decodeURIComponent, text), ...tried(encodeURIComponent, text)],
  },
];

const READINGS: readonly Reading[] = [
  { words: 'as text', read: (text) => Buffer.from(text, 'utf8') },
  {
    words: 'decoded from base64',
    read: (text) => (BASE64.test(text) ? Buffer.from(text, 'base64') : undefined),
  },
  {
    words: 'decoded from hexadecimal',
    read: (text) => (HEX.test(text) ? Buffer.from(text, 'hex') : undefined),
  },
  { words: 'as Latin-1 text', read: (text) => Buffer.from(text, 'latin1') },
  { words: 'encoded in base64', read: (text) => Buffer.from(Buffer.from(text).toString('base64')) },
  { words: 'encoded in hexadecimal', read: (text) => Buffer.from(Buffer.from(text).toString('hex')) },
];
const OWN_WORDS = {
  utf8: 'as text',
  base64: 'decoded from base64',
  hex: 'decoded from hexadecimal',
} as const;

const NAMES_OF_NOTHING = ['', 'undefined', 'null', 'None', 'nil'];

/** The texts that the sender may use in the place of a secret. */
export function secretTexts(secret: ListedSecret): readonly Variant<string>[] {
  return TEXT_CHANGES.flatMap(({ code, observed, texts }) =>
    texts(secret.value).map((text) => changed(text, code, `${capital(secretName(secret))} ${observed}.`)),
  );
}

/** The keys that the sender may have made of a secret, the right one first where it can be read. */
export function keyVariants(provider: Provider, secret: ListedSecret): readonly Variant<Buffer>[] {
  const read = ({ value, changes }: Variant<string>): readonly Variant<Buffer>[] => {
    try {
      return [{ value: decodeSecret(provider, value), changes }];
    } catch {
      return [];
    }
  };
  const all = [unchanged(secret.value), ...secretTexts(secret)].flatMap(read);
  return distinct([...all, ...otherReadings(provider, secret)]);
}

/** The keys of a sender whose own setting is empty, or holds the name of a variable. */
export function senderKeys({ name }: Provider): readonly Variant<Buffer>[] {
  const variable = name.replaceAll('-', '_').toUpperCase();
  const variables = [`${variable}_SECRET`, `${variable}_WEBHOOK_SECRET`, 'WEBHOOK_SECRET', 'SECRET'];
  return [
    ...NAMES_OF_NOTHING.map((text) =>
      changed(
        Buffer.from(text),
        'secret-unset-at-sender',
        text === ''
          ? 'The sender signs with an empty secret.'
          : `The sender signs with the word "${text}" in place of a secret.`,
      ),
    ),
    ...variables
      .flatMap((text) => [`$${text}`, `\${${text}}`])
      .map((text) =>
        changed(
          Buffer.from(text),
          'secret-not-filled-in',
          `The sender signs with the text "${text}", the name of a variable.`,
        ),
      ),
  ];
}

/** A secret without what is often around it. */
export function cleaned(text: string): string {
  return unquoted(text.trim()).trim();
}

function otherReadings(provider: Provider, secret: ListedSecret): readonly Variant<Buffer>[] {
  const { prefix } = provider.secret;
  const text = cleaned(secret.value);
  const bare =
    prefix !== undefined && text.startsWith(prefix) ? text.slice(prefix.length) : text.replace(PREFIX, '');
  const forms: readonly (readonly [string, string])[] = [
    [text, bare === text ? '' : ' with its prefix'],
    [bare, ' without its prefix'],
    [`${prefix ?? 'whsec_'}${bare}`, ` with "${prefix ?? 'whsec_'}" in front`],
  ];
  return forms.flatMap(([form, words]) =>
    READINGS.flatMap((reading) => {
      const key = reading.read(form);
      if (key === undefined) return [];
      return [readingChange(provider, secret, key, { form, words, reading, own: [text, bare] })];
    }),
  );
}

function readingChange(
  { name, secret: { encoding, prefix } }: Provider,
  secret: ListedSecret,
  key: Buffer,
  used: {
    readonly form: string;
    readonly words: string;
    readonly reading: Reading;
    readonly own: readonly string[];
  },
): Variant<Buffer> {
  const of = capital(secretName(secret));
  const own = OWN_WORDS[encoding];
  if (used.reading.words !== own) {
    const observed = `${of} is used by the sender${used.words} ${used.reading.words}, while ${name} uses it ${own}.`;
    return changed(key, 'secret-encoding', observed);
  }
  // The right reading of the right text, where only a lenient reader can read it.
  const [text, bare] = used.own;
  if (used.form === text || (prefix !== undefined && used.form === bare)) {
    return changed(
      key,
      'secret-format',
      `${of} is damaged: it can only be read by leaving out what does not fit.`,
    );
  }
  return changed(key, 'secret-prefix', `${of} is used by the sender${used.words}.`);
}

function distinct(variants: readonly Variant<Buffer>[]): readonly Variant<Buffer>[] {
  const seen = new Set<string>();
  return variants.filter(({ value }) => {
    const text = value.toString('latin1');
    return !seen.has(text) && seen.add(text);
  });
}

function unquoted(text: string): string {
  return /^(["'`])(.*)\1$/s.exec(text)?.[2] ?? text;
}

function tried(convert: (text: string) => string, text: string): readonly string[] {
  try {
    return [convert(text)];
  } catch {
    return [];
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
